package io.pithead.coordinator.settlement;

import io.pithead.coordinator.chain.ChainStates;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.settlement.Settling.Chain;
import io.pithead.coordinator.settlement.core.EpochPolicy.Posted;
import io.pithead.coordinator.settlement.core.EpochPolicy.Root;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.wallet.Reconciliation;
import io.pithead.protocol.wallet.Reconciliation.Difference;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/** Ledger, leaves and chain beside each other, in one transaction that sees them at one moment. Only its thread uses it. */
final class Reconciling {
    static final int MAX_OF_A_KIND = 100;
    private static final int PAGE = 1_000;
    private static final String NONE = "none";

    /** An entry of the ledger moved just what the payout says, from whom it says. */
    private static final String ENTRIES = """
            select p.epoch || '/' || p.account_id as subject, p.amount as expected,
                   case when e.reason = 'WITHDRAWAL' and a.pot = 'AVAILABLE' and a.account_id = p.account_id
                        then e.amount end as found
              from epoch_payout p
              left join ledger_entry e on e.id = p.entry_id
              left join ledger_account a on a.id = e.debit
             where p.chain_id = ?
               and (e.amount is distinct from p.amount or e.reason <> 'WITHDRAWAL' or a.pot <> 'AVAILABLE'
                    or a.account_id is distinct from p.account_id)
             order by p.epoch, p.account_id limit ?""";

    private static final String PAID = """
            select e.number::text as subject, coalesce(p.amount, 0) as expected, e.paid as found
              from epoch e
              left join (select epoch, sum(amount) as amount from epoch_payout where chain_id = ? group by epoch) p
                on p.epoch = e.number
             where e.chain_id = ? and e.paid <> coalesce(p.amount, 0)
             order by e.number limit ?""";
    private static final String LEAVES = """
            select coalesce(l.address, p.address) as subject, p.amount as expected, l.cumulative as found
              from (select address, cumulative from payout_leaf where chain_id = ?) l
              full join (select address, sum(amount) as amount from epoch_payout where chain_id = ? group by address) p
                on p.address = l.address
             where l.cumulative is distinct from p.amount
             order by 1 limit ?""";
    private static final String OVERDUE = """
            select number, state, due_at, waits from epoch
             where chain_id = ? and state not in ('ACTIVE', 'WITHDRAWN') and due_at < ? order by number limit ?""";

    private final Chain chain;
    private final RewardsDesk desk;
    private final EpochStore epochs;
    private final List<Difference> differences = new ArrayList<>();
    private final Map<String, Integer> counts = new HashMap<>();

    Reconciling(Chain chain, RewardsDesk desk) {
        this.chain = chain;
        this.desk = desk;
        this.epochs = new EpochStore(chain.id());
    }

    /**
     * @param recomputed what the rows of the newest epoch with a root give, if there is one
     */
    Reconciliation compare(Connection connection, Optional<EpochRow> newest, @Nullable Root recomputed, Instant now)
            throws SQLException {
        sums("entry", connection, ENTRIES, chain.id());
        sums("epoch", connection, PAID, chain.id(), chain.id());
        sums("leaf", connection, LEAVES, chain.id(), chain.id());
        BigInteger withdrawn = sum(
                connection,
                "select coalesce(sum(e.amount), 0) from epoch_payout p join ledger_entry e on e.id = p.entry_id"
                        + " where p.chain_id = ?");
        BigInteger leaves = sum(connection, "select coalesce(sum(cumulative), 0) from payout_leaf where chain_id = ?");
        differ("sum", "leaves", withdrawn, leaves);
        if (newest.isPresent() && recomputed != null) {
            same("root", newest.get().number(), recomputed, newest.get().rooted());
        }
        BigInteger total = roots(connection);
        BigInteger funded = desk.funded(connection);
        if (funded.compareTo(total) < 0) {
            differ("funded", "Rewards", total, funded);
        }
        BigInteger claimed = claimants(connection);
        if (claimed.compareTo(total) > 0) {
            differ("claimed", "Rewards", total, claimed);
        }
        overdue(connection, now);
        return new Reconciliation(
                chain.id(),
                newest.map(EpochRow::number).orElse(null),
                now,
                Money.format(withdrawn),
                Money.format(leaves),
                Money.format(funded),
                Money.format(total),
                Money.format(claimed),
                differences);
    }

    private void add(String kind, String subject, String expected, String found) {
        if (counts.merge(kind, 1, Integer::sum) <= MAX_OF_A_KIND) {
            differences.add(new Difference(kind, subject, expected, found));
        }
    }

    private void differ(String kind, String subject, BigInteger expected, BigInteger found) {
        if (!expected.equals(found)) {
            add(kind, subject, Money.format(expected), Money.format(found));
        }
    }

    private void same(String kind, long epoch, Root expected, Root found) {
        String subject = Long.toString(epoch);
        if (!expected.hash().equals(found.hash())) {
            add(kind, subject, expected.hash(), found.hash());
        }
        if (!expected.leavesHash().equals(found.leavesHash())) {
            add(kind + "_leaves_hash", subject, expected.leavesHash(), found.leavesHash());
        }
        differ(kind + "_total", subject, expected.total(), found.total());
    }

    private void sums(String kind, Connection connection, String sql, Object... parameters) throws SQLException {
        try (var select = connection.prepareStatement(sql)) {
            var columns = new Columns(connection, select);
            for (Object parameter : parameters) {
                columns.set(parameter);
            }
            columns.set(MAX_OF_A_KIND);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    add(kind, row.getString("subject"), money(row, "expected"), money(row, "found"));
                }
            }
        }
    }

    private static String money(ResultSet row, String column) throws SQLException {
        BigDecimal amount = row.getBigDecimal(column);
        return amount == null ? NONE : Money.format(amount.toBigIntegerExact());
    }

    private BigInteger sum(Connection connection, String sql) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            select.setLong(1, chain.id());
            try (var row = select.executeQuery()) {
                row.next();
                return row.getBigDecimal(1).toBigIntegerExact();
            }
        }
    }

    /**
     * Each root of the chain is one of ours, and each of ours that it is said to have is there.
     *
     * @return the total of the newest one that nobody withdrew
     */
    private BigInteger roots(Connection connection) throws SQLException {
        BigInteger total = BigInteger.ZERO;
        long newest = 0;
        Long before = null;
        List<EpochRow> page;
        do {
            page = epochs.list(connection, before, PAGE);
            for (EpochRow epoch : page) {
                before = epoch.number();
                Optional<Posted> posted = desk.posted(connection, epoch.number());
                if (posted.isPresent() && epoch.root() != null) {
                    same("posted", epoch.number(), epoch.rooted(), posted.get().root());
                } else if (posted.isPresent() != (epoch.activeAt() != null)) {
                    add(
                            "posted",
                            Long.toString(epoch.number()),
                            Objects.requireNonNullElse(epoch.root(), NONE),
                            posted.map(one -> one.root().hash()).orElse(NONE));
                }
                if (posted.isPresent() && !posted.get().withdrawn() && epoch.number() > newest) {
                    newest = epoch.number();
                    total = posted.get().root().total();
                }
            }
        } while (page.size() == PAGE);
        strangers(connection);
        return total;
    }

    private void strangers(Connection connection) throws SQLException {
        String after = "";
        SortedMap<String, Map<String, String>> roots;
        do {
            roots = ChainStates.finalPage(connection, chain.id(), "root", after, PAGE);
            for (var root : roots.entrySet()) {
                after = root.getKey();
                if (epochs.find(connection, Long.parseLong(root.getKey())).isEmpty()) {
                    add("posted", root.getKey(), NONE, root.getValue().getOrDefault("root", ""));
                }
            }
        } while (roots.size() == PAGE);
    }

    /** Nobody took more than its leaf holds. */
    private BigInteger claimants(Connection connection) throws SQLException {
        BigInteger sum = BigInteger.ZERO;
        String after = "";
        SortedMap<String, Map<String, String>> claimants;
        do {
            claimants = ChainStates.finalPage(connection, chain.id(), "claimant", after, PAGE);
            Map<String, BigInteger> leaves = leaves(connection, claimants.keySet());
            for (var claimant : claimants.entrySet()) {
                after = claimant.getKey();
                BigInteger claimed = new BigInteger(claimant.getValue().getOrDefault("claimed", "0"));
                BigInteger leaf = leaves.getOrDefault(claimant.getKey(), BigInteger.ZERO);
                sum = sum.add(claimed);
                if (claimed.compareTo(leaf) > 0) {
                    differ("claimant", claimant.getKey(), leaf, claimed);
                }
            }
        } while (claimants.size() == PAGE);
        return sum;
    }

    private Map<String, BigInteger> leaves(Connection connection, Collection<String> of) throws SQLException {
        try (var select = connection.prepareStatement(
                "select address, cumulative from payout_leaf where chain_id = ? and address = any(?)")) {
            new Columns(connection, select).set(chain.id()).texts(of, address -> address);
            var leaves = new HashMap<String, BigInteger>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    leaves.put(row.getString("address"), Columns.amount(row, "cumulative"));
                }
            }
            return leaves;
        }
    }

    private void overdue(Connection connection, Instant now) throws SQLException {
        try (var select = connection.prepareStatement(OVERDUE)) {
            new Columns(connection, select)
                    .set(chain.id())
                    .set(now.atOffset(java.time.ZoneOffset.UTC))
                    .set(MAX_OF_A_KIND);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    String waits = row.getString("waits");
                    add(
                            "overdue",
                            row.getString("number"),
                            "further by " + Columns.requiredInstant(row, "due_at"),
                            row.getString("state") + (waits == null ? "" : ": " + waits));
                }
            }
        }
    }
}
