package io.pithead.coordinator.settlement;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.settlement.core.EpochPolicy.Root;
import io.pithead.coordinator.settlement.core.EpochState;
import io.pithead.coordinator.settlement.core.PayoutPolicy.Payee;
import io.pithead.coordinator.settlement.core.PayoutPolicy.Payout;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of one chain's epochs. Every write is its caller's transaction. */
final class EpochStore {
    static final int MAX_REASON = 1_000;

    private static final String OPEN = """
            insert into epoch (chain_id, number, started_at, due_at)
            select ?, 1 + coalesce(max(number), 0), ?, ? from epoch where chain_id = ?
                on conflict do nothing""";
    /** Those that have enough, as it looks before they are locked. */
    private static final String PAYEES = """
            select p.account_id, p.address from payout_address p
              join ledger_account a on a.account_id = p.account_id and a.pot = 'AVAILABLE'
             where p.chain_id = ? and (?::uuid is null or p.account_id > ?) and a.balance >= ?
             order by p.account_id limit ?""";

    private static final String PAY = """
            insert into epoch_payout (chain_id, epoch, account_id, address, amount, entry_id)
            select ?, ?, * from unnest(?, ?, ?, ?)""";
    private static final String GROW = """
            update payout_leaf l set cumulative = l.cumulative + n.amount
              from unnest(?, ?) n(address, amount) where l.chain_id = ? and l.address = n.address""";
    /** New ones stand behind all others, in the order of their addresses. */
    private static final String SPROUT = """
            insert into payout_leaf (chain_id, address, position, cumulative)
            select ?, n.address,
                   (select coalesce(max(position), -1) from payout_leaf where chain_id = ?)
                       + row_number() over (order by n.address), n.amount
              from unnest(?, ?) n(address, amount)
             where not exists (select 1 from payout_leaf l where l.chain_id = ? and l.address = n.address)""";

    private static final String LAST_WITHDRAWN = """
            select coalesce((select state = 'WITHDRAWN' from epoch where chain_id = ? and number < ?
                              order by number desc limit 1), false)""";
    private static final String PAID = """
            update epoch e
               set state = 'HASHING', leaves = l.leaves, total = l.total, waits = null, changed_at = now(), due_at = ?
              from (select count(*) as leaves, sum(cumulative) as total from payout_leaf where chain_id = ?) l
             where e.chain_id = ? and e.number = ? and e.state = 'CLOSING'""";

    private final long chain;

    EpochStore(long chain) {
        this.chain = chain;
    }

    /** @return whether there was none on its way */
    boolean open(Connection connection, Instant now, Duration patience) throws SQLException {
        try (var insert = connection.prepareStatement(OPEN)) {
            new Columns(connection, insert)
                    .set(chain)
                    .set(now.atOffset(ZoneOffset.UTC))
                    .set(now.plus(patience).atOffset(ZoneOffset.UTC))
                    .set(chain);
            return insert.executeUpdate() == 1;
        }
    }

    /** When the last one was begun, or else when the first address was set. */
    Optional<Instant> before(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select coalesce("
                + "(select max(started_at) from epoch where chain_id = ?),"
                + "(select min(set_at) from payout_address where chain_id = ?)) as at")) {
            new Columns(connection, select).set(chain).set(chain);
            try (var row = select.executeQuery()) {
                row.next();
                return Optional.ofNullable(Columns.instant(row, "at"));
            }
        }
    }

    Optional<EpochRow> onItsWay(Connection connection) throws SQLException {
        return one(connection, "state in ('CLOSING', 'HASHING', 'FUNDING', 'POSTING')", null);
    }

    Optional<EpochRow> find(Connection connection, long number) throws SQLException {
        return one(connection, "number = ?", number);
    }

    /** Its row is locked until the end of the transaction. */
    Optional<EpochRow> lock(Connection connection, long number) throws SQLException {
        return one(connection, "number = ? for no key update", number);
    }

    /** The newest whose leaves are known; what a tree is kept for. */
    Optional<EpochRow> newestRooted(Connection connection) throws SQLException {
        return one(connection, "root is not null order by number desc limit 1", null);
    }

    /** The root that can be claimed under, or else will be. */
    Optional<EpochRow> claimable(Connection connection) throws SQLException {
        return one(connection, "state in ('ACTIVE', 'PENDING') order by state, number desc limit 1", null);
    }

    private Optional<EpochRow> one(Connection connection, String which, @Nullable Long number) throws SQLException {
        try (var select = connection.prepareStatement("select * from epoch where chain_id = ? and " + which)) {
            Columns columns = new Columns(connection, select).set(chain);
            if (number != null) {
                columns.set(number);
            }
            List<EpochRow> rows = rows(select);
            return rows.isEmpty() ? Optional.empty() : Optional.of(rows.getFirst());
        }
    }

    /** Oldest first. */
    List<EpochRow> pending(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement(
                "select * from epoch where chain_id = ? and state = 'PENDING' order by number limit ?")) {
            new Columns(connection, select).set(chain).set(limit);
            return rows(select);
        }
    }

    /** Newest first. */
    List<EpochRow> list(Connection connection, @Nullable Long before, int limit) throws SQLException {
        try (var select = connection.prepareStatement("select * from epoch where chain_id = ?"
                + " and (?::bigint is null or number < ?) order by number desc limit ?")) {
            new Columns(connection, select).set(chain).set(before).set(before).set(limit);
            return rows(select);
        }
    }

    private static List<EpochRow> rows(PreparedStatement select) throws SQLException {
        try (var row = select.executeQuery()) {
            var rows = new ArrayList<EpochRow>();
            while (row.next()) {
                rows.add(EpochRow.of(row));
            }
            return rows;
        }
    }

    List<Payee> payees(Connection connection, @Nullable UUID after, BigInteger minimum, int limit) throws SQLException {
        try (var select = connection.prepareStatement(PAYEES)) {
            new Columns(connection, select)
                    .set(chain)
                    .set(after)
                    .set(after)
                    .set(new BigDecimal(minimum))
                    .set(limit);
            var payees = new ArrayList<Payee>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    payees.add(new Payee(Columns.uuid(row, "account_id"), row.getString("address")));
                }
            }
            return payees;
        }
    }

    /** @param entries of the ledger, in the order of the payouts */
    void pay(Connection connection, long number, List<Payout> payouts, List<UUID> entries) throws SQLException {
        try (var insert = connection.prepareStatement(PAY)) {
            new Columns(connection, insert)
                    .set(chain)
                    .set(number)
                    .uuids(payouts, Payout::account)
                    .texts(payouts, Payout::address)
                    .amounts(payouts, Payout::amount)
                    .uuids(entries, entry -> entry);
            insert.executeUpdate();
        }
    }

    void grow(Connection connection, Map<String, BigInteger> byAddress) throws SQLException {
        List<Map.Entry<String, BigInteger>> leaves = List.copyOf(byAddress.entrySet());
        try (var insert = connection.prepareStatement(SPROUT);
                var update = connection.prepareStatement(GROW)) {
            new Columns(connection, update)
                    .texts(leaves, Map.Entry::getKey)
                    .amounts(leaves, Map.Entry::getValue)
                    .set(chain);
            update.executeUpdate();
            new Columns(connection, insert)
                    .set(chain)
                    .set(chain)
                    .texts(leaves, Map.Entry::getKey)
                    .amounts(leaves, Map.Entry::getValue)
                    .set(chain);
            insert.executeUpdate();
        }
    }

    void reach(Connection connection, long number, UUID reached, BigInteger paid) throws SQLException {
        try (var update =
                connection.prepareStatement("update epoch set reached = ?, paid = paid + ?, changed_at = now()"
                        + " where chain_id = ? and number = ? and state = 'CLOSING'")) {
            new Columns(connection, update)
                    .set(reached)
                    .set(new BigDecimal(paid))
                    .set(chain)
                    .set(number);
            update.executeUpdate();
        }
    }

    /** Everybody was looked at: from here on its leaves are fixed. */
    void paid(Connection connection, long number, Instant due) throws SQLException {
        try (var update = connection.prepareStatement(PAID)) {
            new Columns(connection, update)
                    .set(due.atOffset(ZoneOffset.UTC))
                    .set(chain)
                    .set(chain)
                    .set(number);
            update.executeUpdate();
        }
    }

    /** What the one before held is claimed under the next root alone, if somebody earns more or not. */
    boolean mustRepeat(Connection connection, long number) throws SQLException {
        try (var select = connection.prepareStatement(LAST_WITHDRAWN)) {
            new Columns(connection, select).set(chain).set(number);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** It came to nothing. */
    void drop(Connection connection, long number) throws SQLException {
        try (var delete = connection.prepareStatement(
                "delete from epoch where chain_id = ? and number = ? and state = 'CLOSING'")) {
            new Columns(connection, delete).set(chain).set(number);
            delete.executeUpdate();
        }
    }

    /** @return false when it is not in the state that it comes from any more */
    boolean move(Connection connection, EpochRow from, EpochState to, Instant due, @Nullable Instant activeAt)
            throws SQLException {
        if (!from.state().canBecome(to)) {
            throw new IllegalArgumentException(from.state() + " cannot become " + to);
        }
        try (var update = connection.prepareStatement("update epoch set state = ?, active_at = ?, due_at = ?,"
                + " waits = null, changed_at = now() where chain_id = ? and number = ? and state = ?")) {
            new Columns(connection, update)
                    .set(to.name())
                    .set(activeAt == null ? null : activeAt.atOffset(ZoneOffset.UTC))
                    .set(due.atOffset(ZoneOffset.UTC))
                    .set(chain)
                    .set(from.number())
                    .set(from.state().name());
            return update.executeUpdate() == 1;
        }
    }

    void root(Connection connection, long number, Root root, Instant due) throws SQLException {
        try (var update = connection.prepareStatement("update epoch set state = 'FUNDING', root = ?, leaves_hash = ?,"
                + " due_at = ?, waits = null, changed_at = now()"
                + " where chain_id = ? and number = ? and state = 'HASHING' and total = ?")) {
            new Columns(connection, update)
                    .set(root.hash())
                    .set(root.leavesHash())
                    .set(due.atOffset(ZoneOffset.UTC))
                    .set(chain)
                    .set(number)
                    .set(new BigDecimal(root.total()));
            update.executeUpdate();
        }
    }

    void waits(Connection connection, long number, String reason) throws SQLException {
        try (var update = connection.prepareStatement(
                "update epoch set waits = ? where chain_id = ?" + " and number = ? and waits is distinct from ?")) {
            new Columns(connection, update).set(reason).set(chain).set(number).set(reason);
            update.executeUpdate();
        }
    }
}
