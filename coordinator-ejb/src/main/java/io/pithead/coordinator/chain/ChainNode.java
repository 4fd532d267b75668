package io.pithead.coordinator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.chain.Rpc.Answer;
import io.pithead.coordinator.chain.Rpc.Call;
import io.pithead.coordinator.chain.core.FeePolicy.Market;
import io.pithead.coordinator.chain.core.Finality.Tag;
import io.pithead.coordinator.chain.core.LogRange.Stretch;
import io.pithead.coordinator.chain.core.NoncePolicy.Counts;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.Hash;

/** What is asked of a node, and its answers made sense of. Every answer is checked: a node may be anybody's. */
final class ChainNode {
    /** Calls in one request; more are asked one request after the other. */
    static final int BATCH = 100;

    private static final int MAX_TOPICS = 4;
    private static final long MAX_GAS = 1_000_000_000;
    private static final long MAX_TIME = Instant.parse("9999-01-01T00:00:00Z").getEpochSecond();

    private final Rpc rpc;

    ChainNode(Rpc rpc) {
        this.rpc = rpc;
    }

    /** @param addresses by the names of contracts */
    Map<String, ChainSettings.Contract> codeHashes(Map<String, String> addresses) throws RpcException {
        var contracts = new LinkedHashMap<String, ChainSettings.Contract>();
        for (var one : addresses.entrySet()) {
            byte[] code = Hex.bytes(rpc.call(List.of(Call.of("eth_getCode", one.getValue(), "latest")))
                    .getFirst()
                    .orThrow());
            if (code.length == 0) {
                throw new RpcException("there is no code at " + one.getValue());
            }
            contracts.put(one.getKey(), new ChainSettings.Contract(one.getValue(), Hex.of(Hash.sha3(code))));
        }
        return contracts;
    }

    /**
     * Where the chain is.
     *
     * @param tagged the block that the node calls by the tag that was asked for, if it does
     */
    record Head(Block latest, OptionalLong tagged) {}

    /** Where the chain and one key are. */
    record Situation(Head head, Counts counts, Market market) {}

    /** What an estimate comes to. */
    sealed interface Estimate {
        record Gas(long limit) implements Estimate {}

        /** @param data what the contract says, in hexadecimal */
        record Reverts(String message, String data) implements Estimate {}

        /** It cannot be told: the sender has too little, the node is busy. */
        record Unknown(String message) implements Estimate {}
    }

    /** What an answer to a question for logs comes to. */
    sealed interface Logs {
        /** @param headers of the stretch's blocks that were asked for; the last one's always */
        record Read(List<ChainLog> logs, Map<Long, Block> headers) implements Logs {}

        /** The node does not answer so much at once. */
        record Refused(String message) implements Logs {}
    }

    Head head(Tag tag) throws RpcException {
        return head(rpc.call(headCalls(tag)));
    }

    private static List<Call> headCalls(Tag tag) {
        return List.of(
                Call.of("eth_getBlockByNumber", "latest", false),
                Call.of("eth_getBlockByNumber", tag.name().toLowerCase(Locale.ROOT), false));
    }

    private static Head head(List<Answer> answers) throws RpcException {
        JsonNode tagged = answers.get(1).result();
        return new Head(
                block(answers.getFirst().orThrow()),
                tagged == null || tagged.isNull()
                        ? OptionalLong.empty()
                        : OptionalLong.of(block(tagged).number()));
    }

    Situation situation(Tag tag, String address) throws RpcException {
        var calls = new ArrayList<>(headCalls(tag));
        calls.add(Call.of("eth_getTransactionCount", address, "latest"));
        calls.add(Call.of("eth_getTransactionCount", address, "pending"));
        calls.add(Call.of("eth_maxPriorityFeePerGas"));
        List<Answer> answers = rpc.call(calls);
        Head head = head(answers);
        Answer tip = answers.get(4);
        return new Situation(
                head,
                new Counts(
                        Hex.number(answers.get(2).orThrow()),
                        Hex.number(answers.get(3).orThrow())),
                new Market(
                        head.latest().baseFee(), tip.failure() != null ? BigInteger.ZERO : Hex.quantity(tip.result())));
    }

    /** How many transactions of the key are in blocks up to this one. */
    long countAt(String address, long block) throws RpcException {
        return Hex.number(rpc.call(List.of(Call.of("eth_getTransactionCount", address, Hex.of(block))))
                .getFirst()
                .orThrow());
    }

    /** Those that the node has. */
    Map<Long, Block> blocks(Collection<Long> numbers) throws RpcException {
        var blocks = new HashMap<Long, Block>();
        List<Call> calls = numbers.stream()
                .map(number -> Call.of("eth_getBlockByNumber", Hex.of(number), false))
                .toList();
        var wanted = new ArrayList<>(numbers);
        List<Answer> answers = inBatches(calls);
        for (int i = 0; i < wanted.size(); i++) {
            Block block = asked(answers.get(i), wanted.get(i));
            if (block != null) {
                blocks.put(block.number(), block);
            }
        }
        return blocks;
    }

    private static @Nullable Block asked(Answer answer, long number) throws RpcException {
        JsonNode result = answer.result();
        if (answer.failure() != null || result == null || result.isNull()) {
            return null;
        }
        Block block = block(result);
        if (block.number() != number) {
            throw new RpcException("the node answers block " + block.number() + " when asked for " + number);
        }
        return block;
    }

    private List<Answer> inBatches(List<Call> calls) throws RpcException {
        var answers = new ArrayList<Answer>();
        for (int i = 0; i < calls.size(); i += BATCH) {
            answers.addAll(rpc.call(calls.subList(i, Math.min(calls.size(), i + BATCH))));
        }
        return answers;
    }

    /** @param headersFrom heads of blocks from here on are asked for too, with the logs, so that one answer is of one chain */
    Logs logs(Stretch stretch, Set<String> addresses, long headersFrom) throws RpcException {
        var numbers = new ArrayList<Long>();
        for (long n = Math.max(stretch.from(), headersFrom); n < stretch.to(); n++) {
            numbers.add(n);
        }
        numbers.add(stretch.to());
        Map<Long, Block> headers = blocks(numbers);
        if (headers.size() < numbers.size()) {
            throw new RpcException("the node has not all blocks up to the one it calls the latest");
        }
        if (addresses.isEmpty()) {
            return new Logs.Read(List.of(), headers);
        }
        List<Answer> answers = rpc.call(List.of(
                Call.of("eth_getBlockByNumber", Hex.of(stretch.to()), false),
                Call.of(
                        "eth_getLogs",
                        Map.of(
                                "fromBlock",
                                Hex.of(stretch.from()),
                                "toBlock",
                                Hex.of(stretch.to()),
                                "address",
                                addresses.stream().sorted().toList())),
                Call.of("eth_getBlockByNumber", Hex.of(stretch.to()), false)));
        if (answers.get(1).failure() != null) {
            return new Logs.Refused(answers.get(1).failure().message());
        }
        for (int i : new int[] {0, 2}) {
            if (!Objects.equals(headers.get(stretch.to()), asked(answers.get(i), stretch.to()))) {
                throw new RpcException("the chain changed while it was read");
            }
        }
        return new Logs.Read(logs(answers.get(1).orThrow(), stretch, addresses, headers), headers);
    }

    private static List<ChainLog> logs(
            JsonNode answer, Stretch stretch, Set<String> addresses, Map<Long, Block> headers) throws RpcException {
        var logs = new ArrayList<ChainLog>();
        for (JsonNode node : answer) {
            ChainLog log = log(node);
            Block header = headers.get(log.block());
            if (log.block() < stretch.from()
                    || log.block() > stretch.to()
                    || !addresses.contains(log.address())
                    || node.path("removed").asBoolean(false)
                    || (header != null && !header.hash().equals(log.blockHash()))) {
                throw new RpcException("the node answers logs that nobody asked for");
            }
            ChainLog last = logs.isEmpty() ? null : logs.getLast();
            if (last != null
                    && (log.block() < last.block() || (log.block() == last.block() && log.index() <= last.index()))) {
                throw new RpcException("the node answers logs that are not in order");
            }
            logs.add(log);
        }
        return logs;
    }

    private static ChainLog log(JsonNode node) throws RpcException {
        var topics = new ArrayList<String>();
        for (JsonNode topic : node.path("topics")) {
            topics.add(Hex.hash(topic));
        }
        long index = Hex.number(node.get("logIndex"));
        if (topics.size() > MAX_TOPICS || index > Integer.MAX_VALUE) {
            throw new RpcException("the node answers a log that no chain has");
        }
        return new ChainLog(
                Hex.number(node.get("blockNumber")),
                (int) index,
                Hex.hash(node.get("blockHash")),
                Hex.hash(node.get("transactionHash")),
                Hex.address(node.get("address")),
                topics,
                Hex.bytes(node.get("data")));
    }

    /** Of those that are in blocks, by their hashes. */
    Map<String, Receipt> receipts(List<String> hashes) throws RpcException {
        List<Answer> answers = inBatches(hashes.stream()
                .map(hash -> Call.of("eth_getTransactionReceipt", hash))
                .toList());
        var receipts = new HashMap<String, Receipt>();
        for (int i = 0; i < hashes.size(); i++) {
            JsonNode node = answers.get(i).result();
            if (answers.get(i).failure() != null || node == null || node.isNull()) {
                continue;
            }
            Receipt receipt = receipt(node);
            if (!receipt.hash().equals(hashes.get(i))) {
                throw new RpcException("the node answers the receipt of another transaction");
            }
            receipts.put(receipt.hash(), receipt);
        }
        return receipts;
    }

    private static Receipt receipt(JsonNode node) throws RpcException {
        JsonNode contract = node.get("contractAddress");
        return new Receipt(
                Hex.hash(node.get("transactionHash")),
                Hex.number(node.get("blockNumber")),
                Hex.hash(node.get("blockHash")),
                Hex.number(node.get("status")) == 1,
                Hex.number(node.get("gasUsed")),
                contract == null || contract.isNull() ? null : Hex.address(contract));
    }

    /** As if every transaction that waits were in a block already, so that one may build on another. */
    List<Estimate> estimates(String from, List<Intent> intents) throws RpcException {
        List<Answer> answers = inBatches(intents.stream()
                .map(intent -> Call.of("eth_estimateGas", transaction(from, intent), "pending"))
                .toList());
        var estimates = new ArrayList<Estimate>();
        for (Answer answer : answers) {
            estimates.add(estimate(answer));
        }
        return estimates;
    }

    private static Estimate estimate(Answer answer) throws RpcException {
        Rpc.Failure failure = answer.failure();
        if (failure == null) {
            long gas = Hex.number(answer.orThrow());
            if (gas > MAX_GAS) {
                throw new RpcException("the node estimates more gas than any block has");
            }
            return new Estimate.Gas(gas);
        }
        return isRevert(failure)
                ? new Estimate.Reverts(failure.message(), failure.data())
                : new Estimate.Unknown(failure.message());
    }

    /** Nodes agree on the code 3 and on no more. */
    private static boolean isRevert(Rpc.Failure failure) {
        return failure.code() == 3
                || failure.data().length() > 2
                || failure.message().toLowerCase(Locale.ROOT).contains("revert");
    }

    /** What a transaction that reverted would say, tried again on top of the block before its own. */
    @Nullable
    Estimate replay(String from, Intent intent, long block) throws RpcException {
        Answer answer = rpc.call(
                        List.of(Call.of("eth_call", transaction(from, intent), Hex.of(Math.max(0, block - 1)))))
                .getFirst();
        Rpc.Failure failure = answer.failure();
        return failure == null || !isRevert(failure) ? null : new Estimate.Reverts(failure.message(), failure.data());
    }

    private static Map<String, Object> transaction(String from, Intent intent) {
        var transaction = new LinkedHashMap<String, Object>();
        transaction.put("from", from);
        String target = intent.target();
        if (target != null) {
            transaction.put("to", target);
        }
        transaction.put("value", Hex.of(intent.value()));
        transaction.put("data", Hex.of(intent.data()));
        return transaction;
    }

    /** What the node says to each; empty when it takes it. */
    List<String> send(List<byte[]> raws) throws RpcException {
        List<Answer> answers = inBatches(raws.stream()
                .map(raw -> Call.of("eth_sendRawTransaction", Hex.of(raw)))
                .toList());
        return answers.stream()
                .map(Answer::failure)
                .map(failure -> failure == null ? "" : failure.message())
                .toList();
    }

    private static Block block(JsonNode node) throws RpcException {
        JsonNode baseFee = node.get("baseFeePerGas");
        long seconds = Hex.number(node.get("timestamp"));
        if (seconds > MAX_TIME) {
            throw new RpcException("the node answers a block of the far future");
        }
        return new Block(
                Hex.number(node.get("number")),
                Hex.hash(node.get("hash")),
                Hex.hash(node.get("parentHash")),
                Instant.ofEpochSecond(seconds),
                baseFee == null ? BigInteger.ZERO : Hex.quantity(baseFee));
    }
}
