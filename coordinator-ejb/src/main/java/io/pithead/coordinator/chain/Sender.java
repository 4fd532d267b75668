package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.ChainNode.Estimate;
import io.pithead.coordinator.chain.ChainNode.Situation;
import io.pithead.coordinator.chain.TransactionStore.Signature;
import io.pithead.coordinator.chain.core.FeePolicy;
import io.pithead.coordinator.chain.core.FeePolicy.Market;
import io.pithead.coordinator.chain.core.FeePolicy.Offer;
import io.pithead.coordinator.chain.core.NoncePolicy;
import io.pithead.coordinator.chain.core.NoncePolicy.Counts;
import io.pithead.coordinator.chain.core.RefusalPolicy;
import io.pithead.coordinator.chain.core.Sent;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.error.ErrorCode;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.web3j.crypto.ContractUtils;

/**
 * Sends with one key. A round looks where the chain is, tends what was signed, and signs what is asked; what it signs is
 * written before any node sees it. Only its thread uses it.
 */
final class Sender {
    /** Asked ones that one round signs. */
    static final int BATCH = 100;
    /** A fifth more gas than was estimated: what is left is not paid. */
    private static final long GAS_NUMERATOR = 6;

    private static final long GAS_DENOMINATOR = 5;
    private static final int MAX_ATTEMPTS = 64;
    /** What a fee or an empty purse stops is looked at again. */
    private static final Duration LATER = Duration.ofSeconds(5);

    private static final long NOTHING = -1;
    private static final Logger LOG = System.getLogger(Sender.class.getName());

    private final Database database;
    private final ChainSettings chain;
    private final SigningKey key;
    private final Endpoints endpoints;
    private final ChainNode node;
    private final ContractErrors errors;
    private final Duration resend;
    private final ChainLease lease;
    private final TransactionStore store;
    private long token;
    /** What the row says is wrong with the key, once this life has written it. */
    private @Nullable String fault;

    private boolean known;

    /** @param resend how long sent bytes are left alone before they are sent again */
    Sender(
            Database database,
            ChainSettings chain,
            SigningKey key,
            Endpoints endpoints,
            ContractErrors errors,
            UUID holder,
            Duration resend) {
        this.database = database;
        this.chain = chain;
        this.key = key;
        this.endpoints = endpoints;
        this.node = new ChainNode(endpoints);
        this.errors = errors;
        this.resend = resend;
        this.lease = ChainLease.toSend(chain.chainId(), key.address(), holder);
        this.store = new TransactionStore(chain.chainId(), key.address());
    }

    /** @return whether there is more to do at once */
    boolean round() throws RpcException {
        OptionalLong taken = database.inTransaction(lease::take);
        if (taken.isEmpty()) {
            return false;
        }
        token = taken.getAsLong();
        Situation situation = node.situation(chain.finality().tag(), key.address());
        return switch (NoncePolicy.decide(database.withConnection(store::known), situation.counts())) {
            case NoncePolicy.Decision.Distrust distrust -> {
                endpoints.distrust(distrust.reason());
                yield false;
            }
            case NoncePolicy.Decision.Foreign foreign -> {
                fault(foreign.reason());
                tend(situation);
                yield false;
            }
            case NoncePolicy.Decision.Begin begin -> begin(begin.nonce());
            case NoncePolicy.Decision.Go go -> {
                fault(null);
                yield sign(go.next(), situation, tend(situation));
            }
        };
    }

    private void fault(@Nullable String reason) {
        if (!known || !Objects.equals(reason, fault)) {
            write(connection -> store.fault(connection, reason));
            known = true;
            fault = reason;
        }
    }

    void stop() {
        database.doInTransaction(lease::giveUp);
    }

    private void write(Database.Action action) {
        database.doInTransaction(connection -> {
            lease.require(connection, token);
            action.on(connection);
        });
    }

    /** Where the key stands is written down when it is first needed. */
    private boolean begin(long nonce) {
        if (database.withConnection(connection -> store.asked(connection, 1)).isEmpty()) {
            return false;
        }
        write(connection -> store.begin(connection, nonce));
        return true;
    }

    /** @return how many are open */
    private int tend(Situation situation) throws RpcException {
        List<OpenTransaction> open = database.withConnection(connection -> store.open(connection, chain.inFlight()));
        if (open.isEmpty()) {
            return 0;
        }
        Counts counts = situation.counts();
        Map<String, Receipt> receipts = node.receipts(open.stream()
                .filter(one -> one.isMined() || one.nonce() < counts.latest())
                .flatMap(one -> one.hashes().stream())
                .toList());
        int settled = settle(open, receipts, situation);
        List<OpenTransaction> waiting =
                open.stream().filter(one -> !one.isMined()).toList();
        send(waiting.stream()
                .filter(one ->
                        new Sent(one.nonce(), one.newest().sentAgo()).step(counts.latest(), resend) == Sent.Step.SEND)
                .map(OpenTransaction::newest)
                .collect(LinkedHashMap::new, (all, one) -> all.put(one.hash(), one.raw()), Map::putAll));
        for (OpenTransaction first : waiting) {
            if (first.nonce() == counts.latest() && first.newest().sentAgo().isPresent()) {
                replace(first, situation.market());
            }
        }
        return open.size() - settled;
    }

    /**
     * Writes down what blocks have become of transactions.
     *
     * @return how many are over
     */
    private int settle(List<OpenTransaction> open, Map<String, Receipt> receipts, Situation situation)
            throws RpcException {
        long head = situation.head().latest().number();
        long finalised = chain.finality().of(head, situation.head().tagged(), NOTHING);
        var mined = new LinkedHashMap<UUID, Receipt>();
        var gone = new ArrayList<UUID>();
        var over = new LinkedHashMap<OpenTransaction, Receipt>();
        for (OpenTransaction one : open) {
            Receipt receipt = receiptOf(one, receipts);
            if (receipt == null && one.isMined()) {
                gone.add(one.id());
            } else if (receipt != null && receipt.block() <= finalised) {
                over.put(one, receipt);
            } else if (receipt != null && !receipt.blockHash().equals(one.minedIn())) {
                mined.put(one.id(), receipt);
            }
        }
        Map<OpenTransaction, ChainError> failed = reasons(keepCanonical(over));
        Map<OpenTransaction, String> lost = lost(open, receipts, situation, finalised);
        if (mined.isEmpty() && gone.isEmpty() && over.isEmpty() && lost.isEmpty()) {
            return 0;
        }
        over.forEach((one, receipt) -> mined.put(one.id(), receipt));
        write(connection -> {
            store.mined(connection, mined);
            store.unmined(connection, gone);
            finish(connection, over, failed);
            for (var one : lost.entrySet()) {
                store.lost(connection, one.getKey().id(), one.getValue());
            }
            store.settle(connection);
        });
        return over.size() + lost.size();
    }

    private static @Nullable Receipt receiptOf(OpenTransaction one, Map<String, Receipt> receipts) {
        return one.hashes().stream()
                .map(receipts::get)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** Of those in final blocks only what the chain has in these very blocks is over. */
    private Map<OpenTransaction, Receipt> keepCanonical(Map<OpenTransaction, Receipt> over) throws RpcException {
        Map<Long, Block> blocks = node.blocks(
                over.values().stream().map(Receipt::block).distinct().toList());
        over.values().removeIf(receipt -> {
            Block block = blocks.get(receipt.block());
            return block == null || !block.hash().equals(receipt.blockHash());
        });
        return over;
    }

    private Map<OpenTransaction, ChainError> reasons(Map<OpenTransaction, Receipt> over) throws RpcException {
        var reasons = new LinkedHashMap<OpenTransaction, ChainError>();
        for (var one : over.entrySet()) {
            if (!one.getValue().succeeded()) {
                Estimate again = node.replay(
                        key.address(), one.getKey().intent(), one.getValue().block());
                reasons.put(
                        one.getKey(),
                        again instanceof Estimate.Reverts reverts
                                ? errors.decode(reverts.message(), reverts.data())
                                : new ChainError(ErrorCode.CONFLICT_STATE, "it reverted in its block"));
            }
        }
        return reasons;
    }

    private void finish(
            Connection connection, Map<OpenTransaction, Receipt> over, Map<OpenTransaction, ChainError> failed)
            throws SQLException {
        for (var one : over.entrySet()) {
            OpenTransaction transaction = one.getKey();
            ChainError why = failed.get(transaction);
            boolean makes = transaction.intent().target() == null && why == null;
            String contract = makes
                    ? ContractUtils.generateContractAddress(key.address(), BigInteger.valueOf(transaction.nonce()))
                    : null;
            store.finish(connection, transaction.id(), contract, why);
            LOG.log(
                    why == null ? Level.DEBUG : Level.WARNING,
                    () -> "chain.final chain=" + chain.name() + " purpose=" + transaction.purpose() + " hash="
                            + one.getValue().hash() + " done=" + (why == null));
        }
    }

    /** Their nonces are used for good, and by none of their signatures. */
    private Map<OpenTransaction, String> lost(
            List<OpenTransaction> open, Map<String, Receipt> receipts, Situation situation, long finalised)
            throws RpcException {
        List<OpenTransaction> missing = open.stream()
                .filter(one -> one.nonce() < situation.counts().latest() && receiptOf(one, receipts) == null)
                .filter(one -> !one.isMined())
                .toList();
        var lost = new LinkedHashMap<OpenTransaction, String>();
        if (missing.isEmpty() || finalised < 0) {
            return lost;
        }
        long used = node.countAt(key.address(), finalised);
        for (OpenTransaction one : missing) {
            if (one.nonce() < used) {
                lost.put(one, "the chain has another transaction with its nonce " + one.nonce());
            }
        }
        return lost;
    }

    /** @param raws by their hashes */
    private void send(Map<String, byte[]> raws) throws RpcException {
        if (raws.isEmpty()) {
            return;
        }
        var hashes = new ArrayList<>(raws.keySet());
        List<String> said = node.send(List.copyOf(raws.values()));
        var answers = new LinkedHashMap<String, String>();
        for (int i = 0; i < hashes.size(); i++) {
            answers.put(hashes.get(i), said.get(i));
        }
        write(connection -> store.sent(connection, answers));
    }

    private void replace(OpenTransaction first, Market market) throws RpcException {
        var newest = first.newest();
        switch (chain.fees().replacement(newest.offer(), market, newest.signedAgo())) {
            case FeePolicy.Decision.Keep keep -> {}
            case FeePolicy.Decision.AboveCap above ->
                write(connection -> store.waits(connection, first.id(), aboveCap(above)));
            case FeePolicy.Decision.Pay(Offer offer) -> {
                if (first.attempts().size() >= MAX_ATTEMPTS) {
                    return;
                }
                var signed = key.sign(chain.chainId(), first.nonce(), newest.gasLimit(), first.intent(), offer);
                var signature = new Signature(first.id(), first.nonce(), signed, newest.gasLimit(), offer);
                write(connection -> store.attempts(connection, List.of(signature)));
                LOG.log(
                        Level.INFO,
                        () -> "chain.replaced chain=" + chain.name() + " purpose=" + first.purpose() + " nonce="
                                + first.nonce() + " max_fee_wei=" + offer.maxFee());
                send(Map.of(signed.hash(), signed.raw()));
            }
        }
    }

    private static String aboveCap(FeePolicy.Decision.AboveCap above) {
        return "it would take " + above.neededWei() + " wei per gas, which is above the cap";
    }

    private boolean sign(long next, Situation situation, int open) throws RpcException {
        int room = Math.min(BATCH, chain.inFlight() - open);
        if (room <= 0) {
            return false;
        }
        List<AskedTransaction> asked = database.withConnection(connection -> store.asked(connection, room));
        if (asked.isEmpty()) {
            return false;
        }
        switch (chain.fees().first(situation.market())) {
            case FeePolicy.Decision.Pay(Offer offer) -> sign(next, asked, offer);
            case FeePolicy.Decision.AboveCap above -> putOff(asked, aboveCap(above));
            case FeePolicy.Decision.Keep keep -> {}
        }
        return asked.size() == room;
    }

    private void putOff(List<AskedTransaction> asked, String why) {
        write(connection -> {
            for (AskedTransaction one : asked) {
                store.later(connection, one.id(), one.tries(), LATER, new ChainError(ErrorCode.UNAVAILABLE, why));
            }
        });
    }

    private void sign(long next, List<AskedTransaction> asked, Offer offer) throws RpcException {
        List<Estimate> estimates = node.estimates(
                key.address(), asked.stream().map(AskedTransaction::intent).toList());
        var signatures = new ArrayList<Signature>();
        var raws = new LinkedHashMap<String, byte[]>();
        var refused = new LinkedHashMap<AskedTransaction, Estimate>();
        for (int i = 0; i < asked.size(); i++) {
            AskedTransaction one = asked.get(i);
            if (estimates.get(i) instanceof Estimate.Gas gas) {
                long limit = Math.multiplyExact(gas.limit(), GAS_NUMERATOR) / GAS_DENOMINATOR;
                long nonce = next + signatures.size();
                var signed = key.sign(chain.chainId(), nonce, limit, one.intent(), offer);
                signatures.add(new Signature(one.id(), nonce, signed, limit, offer));
                raws.put(signed.hash(), signed.raw());
            } else {
                refused.put(one, estimates.get(i));
            }
        }
        write(connection -> {
            if (!signatures.isEmpty()) {
                store.sign(connection, next, signatures);
            }
            for (var one : refused.entrySet()) {
                putOff(connection, one.getKey(), one.getValue());
            }
        });
        send(raws);
    }

    private void putOff(Connection connection, AskedTransaction one, Estimate why) throws SQLException {
        if (!(why instanceof Estimate.Reverts reverts)) {
            String text = why instanceof Estimate.Unknown unknown ? unknown.message() : "no estimate";
            ErrorCode code = text.toLowerCase(Locale.ROOT).contains("insufficient funds")
                    ? ErrorCode.INSUFFICIENT_FUNDS
                    : ErrorCode.UNAVAILABLE;
            store.later(connection, one.id(), one.tries(), LATER, new ChainError(code, text));
            return;
        }
        ChainError error = errors.decode(reverts.message(), reverts.data());
        int tries = one.tries() + 1;
        switch (RefusalPolicy.DEFAULT.decide(tries)) {
            case RefusalPolicy.Decision.Again again -> store.later(connection, one.id(), tries, again.pause(), error);
            case RefusalPolicy.Decision.GiveUp gone -> {
                store.refuse(connection, one.id(), tries, error);
                LOG.log(
                        Level.INFO,
                        () -> "chain.refused chain=" + chain.name() + " purpose=" + one.purpose() + " reason="
                                + error.text());
            }
        }
    }
}
