package io.pithead.coordinator.meter;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.meter.MeterStore.Change;
import io.pithead.coordinator.meter.MeterStore.Due;
import io.pithead.coordinator.meter.MeterStore.Issued;
import io.pithead.coordinator.meter.core.MeterPolicy;
import io.pithead.coordinator.meter.core.MeterPolicy.Close;
import io.pithead.coordinator.meter.core.MeterPolicy.Reach;
import io.pithead.coordinator.meter.core.MeterPolicy.Slice;
import io.pithead.coordinator.receipt.ReceiptSeal;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.protocol.signing.CanonicalJson;
import io.pithead.protocol.signing.Digests;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;

/** One transaction over meters that it has locked: each is decided on what the ones before it left, all are written together. */
final class Settlement {
    private static final String LOW =
            "the money lasts for less than two slices more: deposit more, or its containers end";
    private static final int MS_DECIMALS = 3;

    private final List<Due> dues;
    private final Ledger ledger;
    private final ReceiptSeal seal;
    private final Duration slice;

    private final Map<UUID, BigInteger> wallets = new HashMap<>();
    private final Map<UUID, BigInteger> budgets = new HashMap<>();
    private final Map<UUID, BigInteger> committed = new HashMap<>();
    private final List<Posting> postings = new ArrayList<>();
    private final List<Issued> receipts = new ArrayList<>();
    private final List<Change> changes = new ArrayList<>();
    private final Set<UUID> low = new HashSet<>();
    private final Set<UUID> ample = new HashSet<>();
    private final List<Due> broke = new ArrayList<>();

    Settlement(List<Due> dues, Ledger ledger, ReceiptSeal seal, Duration slice) {
        this.dues = dues;
        this.ledger = ledger;
        this.seal = seal;
        this.slice = slice;
    }

    int size() {
        return dues.size();
    }

    /** Containers that must end. */
    List<Due> broke() {
        return broke;
    }

    void apply(Connection connection) throws SQLException {
        if (dues.isEmpty()) {
            return;
        }
        // all pots that are moved, before the entries lock some of them: in one order everywhere
        Collection<UUID> accounts = dues.stream()
                .flatMap(due -> Stream.of(due.buyer(), due.provider()))
                .distinct()
                .toList();
        wallets.putAll(ledger.lockToPay(connection, accounts));
        budgets.putAll(MeterStore.budgets(
                connection, dues.stream().map(Due::task).distinct().toList()));
        dues.forEach(this::decide);
        MeterStore.issue(connection, receipts);
        ledger.post(connection, postings, Instant.now());
        MeterStore.save(connection, changes, slice);
        MeterStore.commit(connection, committed);
        ample.removeAll(low);
        MeterStore.warn(connection, low, LOW);
        MeterStore.warn(connection, ample, null);
    }

    private void decide(Due due) {
        if (due.state().isTerminal()) {
            close(due);
            return;
        }
        Slice decided = MeterPolicy.settle(due.reading(), slice, available(due));
        reserve(due, decided.reserve());
        pay(due, decided.pay());
        boolean moved = decided.reserve().signum() > 0 || decided.pay().signum() > 0;
        BigInteger reserved = due.reading().reserved().add(decided.reserve()).subtract(decided.pay());
        changes.add(change(due, reserved, decided.pay(), moved, false));
        if (decided.reach() == Reach.AMPLE) {
            ample.add(due.task());
        } else {
            low.add(due.task());
        }
        if (decided.reach() == Reach.OUT) {
            broke.add(due);
        }
    }

    private void close(Due due) {
        Close decided = MeterPolicy.close(due.reading());
        pay(due, decided.pay());
        if (decided.release().signum() > 0) {
            postings.add(Posting.release(due.buyer(), decided.release(), due.job(), due.slice()));
            spend(due, decided.release().negate());
        }
        changes.add(change(due, BigInteger.ZERO, decided.pay(), true, true));
    }

    private static Change change(Due due, BigInteger reserved, BigInteger paid, boolean moved, boolean closed) {
        return new Change(
                due.job(),
                reserved,
                due.reading().settled().add(paid),
                paid.signum() > 0 ? due.seenMs() : due.billedMs(),
                moved ? due.slice() + 1 : due.slice(),
                closed);
    }

    private BigInteger available(Due due) {
        BigInteger wallet = wallets.getOrDefault(due.buyer(), BigInteger.ZERO);
        return wallet.min(budgets.getOrDefault(due.task(), wallet));
    }

    private void reserve(Due due, BigInteger amount) {
        if (amount.signum() > 0) {
            postings.add(Posting.reserve(due.buyer(), amount, due.job(), due.slice()));
            spend(due, amount);
        }
    }

    /** What one meter takes, the next one of the same buyer or task no longer has. */
    private void spend(Due due, BigInteger amount) {
        wallets.computeIfPresent(due.buyer(), (id, left) -> left.subtract(amount));
        budgets.computeIfPresent(due.task(), (id, left) -> left.subtract(amount));
        committed.merge(due.task(), amount, BigInteger::add);
    }

    private void pay(Due due, BigInteger amount) {
        if (amount.signum() > 0) {
            postings.add(Posting.settle(due.buyer(), due.provider(), amount, due.job(), due.slice()));
            receipts.add(issued(due, amount));
        }
    }

    private Issued issued(Due due, BigInteger amount) {
        Map<String, JsonNode> seen = Map.of(
                "workload", Json.toTree(JobOffer.CONTAINER),
                "miner_id", Json.toTree(due.minerId()),
                "slice", Json.toTree(due.slice()),
                "run_ms", Json.toTree(due.reading().runMs()),
                "paused_ms", Json.toTree(due.reading().pausedMs()));
        String digest =
                Digests.sha256Hex(CanonicalJson.bytes(Map.of("job_id", due.job().toString(), "seen", seen)));
        BigDecimal seconds = BigDecimal.valueOf(due.seenMs() - due.billedMs(), MS_DECIMALS);
        Receipt receipt = seal.sign(new Receipt(
                Receipt.VERSION,
                Ids.next(due.now()),
                due.job(),
                due.provider().toString(),
                due.buyer().toString(),
                seconds.toPlainString(),
                "container_second",
                Money.format(amount),
                null,
                null,
                due.settledAt(),
                due.now(),
                Duration.between(due.settledAt(), due.now()).toMillis(),
                digest,
                seal.coordinatorId(),
                due.lease() == null ? "" : String.valueOf(due.lease()),
                null,
                seen,
                null,
                null));
        return new Issued(due, digest, receipt);
    }
}
