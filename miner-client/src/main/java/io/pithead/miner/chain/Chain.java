package io.pithead.miner.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.Hex;
import java.math.BigInteger;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.web3j.abi.FunctionEncoder;
import org.web3j.abi.datatypes.Function;
import org.web3j.abi.datatypes.Type;

/**
 * The chain by its nodes: each question goes to the one that answered last, and to the others when it fails. A node of another
 * chain is as good as none. Not thread-safe.
 */
public final class Chain implements AutoCloseable {
    private static final String LATEST = "latest";

    private final List<HttpNode> nodes;
    private int first;
    private OptionalLong id;

    private interface Reader<T> {
        T read(JsonNode answer) throws RpcException;
    }

    /** @param id which chain it must be; absent, it is the one of the first node that answers */
    public Chain(List<URI> urls, Duration deadline, OptionalLong id) {
        nodes = urls.stream().map(url -> new HttpNode(url, deadline)).toList();
        this.id = id;
    }

    public long id() throws RpcException {
        if (id.isEmpty()) {
            ask("eth_chainId", List.of(), Wire::number);
        }
        return id.orElseThrow();
    }

    private <T> T ask(String method, List<?> params, Reader<T> reader) throws RpcException {
        var problems = new ArrayList<String>();
        for (int i = 0; i < nodes.size(); i++) {
            int at = (first + i) % nodes.size();
            try {
                T answer = answer(nodes.get(at), method, params, reader);
                first = at;
                return answer;
            } catch (RpcException e) {
                if (e.isOfTheContract()) {
                    throw e;
                }
                problems.add("node " + (at + 1) + " of CHAIN_RPC: " + e.getMessage());
            }
        }
        throw new RpcException(String.join("; ", problems));
    }

    private <T> T answer(HttpNode node, String method, List<?> params, Reader<T> reader) throws RpcException {
        requireChain(node);
        return reader.read(node.call(method, params));
    }

    private void requireChain(HttpNode node) throws RpcException {
        long its = node.chain();
        if (id.isEmpty()) {
            id = OptionalLong.of(its);
        }
        if (its != id.getAsLong()) {
            throw new RpcException("it is of chain " + its + ", not of " + id.getAsLong());
        }
    }

    /** What the function returns now. */
    Words call(Address contract, String function, Type<?>... arguments) throws RpcException {
        var call = Map.of("to", contract.text(), "data", encoded(function, arguments));
        return ask("eth_call", List.of(call, LATEST), answer -> new Words(Wire.bytes(answer)));
    }

    static String encoded(String function, Type<?>... arguments) {
        return FunctionEncoder.encode(new Function(function, List.of(arguments), List.of()));
    }

    long estimate(Address from, Address to, String data) throws RpcException {
        var call = Map.of("from", from.text(), "to", to.text(), "data", data);
        return ask("eth_estimateGas", List.of(call), Wire::number);
    }

    byte[] code(Address contract) throws RpcException {
        return ask("eth_getCode", List.of(contract.text(), LATEST), Wire::bytes);
    }

    /** Of the chain's own coin, which gas is paid in. */
    BigInteger coins(Address account) throws RpcException {
        return ask("eth_getBalance", List.of(account.text(), LATEST), Wire::quantity);
    }

    /** How many transactions of the account are in blocks. */
    long mined(Address account) throws RpcException {
        return ask("eth_getTransactionCount", List.of(account.text(), LATEST), Wire::number);
    }

    /** Those that wait for a block included. */
    long pending(Address account) throws RpcException {
        return ask("eth_getTransactionCount", List.of(account.text(), "pending"), Wire::number);
    }

    Head head() throws RpcException {
        return ask("eth_getBlockByNumber", List.of(LATEST, false), block -> {
            try {
                return new Head(
                        Instant.ofEpochSecond(Wire.number(block.path("timestamp"))),
                        Wire.quantity(block.path("baseFeePerGas")));
            } catch (DateTimeException e) {
                throw new RpcException("it answers something else where a time belongs");
            }
        });
    }

    /** What those who make blocks are given at present; nodes that do not say it are asked for nothing more. */
    BigInteger tip() {
        try {
            return ask("eth_maxPriorityFeePerGas", List.of(), Wire::quantity);
        } catch (RpcException e) {
            return BigInteger.ZERO;
        }
    }

    Optional<Receipt> receipt(String hash) throws RpcException {
        return ask("eth_getTransactionReceipt", List.of(hash), answer -> {
            if (answer.isNull()) {
                return Optional.empty();
            }
            if (!hash.equals(Wire.hash(answer.path("transactionHash")))) {
                throw new RpcException("it answers with another transaction's receipt");
            }
            return Optional.of(
                    new Receipt(Wire.number(answer.path("status")) == 1, Wire.number(answer.path("blockNumber"))));
        });
    }

    /** How nodes took a transaction. */
    sealed interface Sent {
        /** One at least has it. */
        record Taken() implements Sent {}

        /** None has it, and each says why: it will not come about. */
        record Refused(String why) implements Sent {}

        /** None is known to have it. */
        record Unknown(String why) implements Sent {}
    }

    /** The same bytes may be given to all of them as often as one likes: they are one transaction. */
    Sent send(byte[] raw) {
        var problems = new ArrayList<String>();
        boolean allRefuse = true;
        for (HttpNode node : nodes) {
            try {
                answer(node, "eth_sendRawTransaction", List.of(Hex.text(raw)), Wire::hash);
                return new Sent.Taken();
            } catch (RpcException e) {
                String why = String.valueOf(e.getMessage());
                if (why.contains("already known")
                        || why.contains("already imported")
                        || why.contains("known transaction")) {
                    return new Sent.Taken();
                }
                allRefuse &= e.isRefusal();
                problems.add(why);
            }
        }
        String why = String.join("; ", problems);
        return allRefuse ? new Sent.Refused(why) : new Sent.Unknown(why);
    }

    @Override
    public void close() {
        nodes.forEach(HttpNode::close);
    }
}
