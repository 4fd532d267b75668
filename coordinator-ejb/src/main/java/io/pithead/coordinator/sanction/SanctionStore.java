package io.pithead.coordinator.sanction;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.sanction.core.SanctionPolicy.Slash;
import io.pithead.protocol.chain.Sanction.State;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of sanctions. Every write is its caller's transaction. */
final class SanctionStore {
    static final int MAX_REASON = 1_000;

    private static final String INSERT = """
            insert into sanction (id, chain_id, contract, node, round, provider, reason, evidence, state, amount, refusal,
                                  ejection_refusal, found_at, changed_at)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing""";
    /** Also those that failed and whose transaction somebody has had tried again. */
    private static final String OPEN = """
            select id from sanction s
             where chain_id = ? and contract = ? and (?::uuid is null or id > ?)
               and (state in ('FOUND', 'PROPOSED', 'APPEALED')
                    or ejected_at is null and ejection_refusal is null
                    or state = 'REFUSED' and exists (
                        select 1 from chain_transaction t where t.chain_id = s.chain_id
                           and t.purpose = 'sanction/' || s.id || '/slash'
                           and t.state not in ('REVERTED', 'REFUSED', 'LOST'))
                    or ejected_at is null and exists (
                        select 1 from chain_transaction t where t.chain_id = s.chain_id
                           and t.purpose = 'sanction/' || s.id || '/eject'
                           and t.state not in ('REVERTED', 'REFUSED', 'LOST')))
             order by id limit ?""";

    private static final String MOVE = """
            update sanction set state = ?, slash = ?, held = ?, appeal_until = ?, decide_until = ?, refusal = null,
                   changed_at = ?
             where id = ?""";

    private SanctionStore() {}

    /** Of rejections of these nodes, those that have a row: {@code NODE/ROUND}. */
    static Set<String> known(Connection connection, long chain, String contract, Collection<String> nodes)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select node || '/' || round as key from sanction"
                + " where chain_id = ? and contract = ? and node = any(?)")) {
            new Columns(connection, select).set(chain).set(contract).texts(nodes, node -> node);
            var known = new HashSet<String>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    known.add(row.getString("key"));
                }
            }
            return known;
        }
    }

    /** False when there is one of the same round already. */
    static boolean insert(Connection connection, SanctionRow row) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            new Columns(connection, insert)
                    .set(row.id())
                    .set(row.chain())
                    .set(row.contract())
                    .set(row.node())
                    .set(row.round())
                    .set(row.provider())
                    .set(row.reason())
                    .set(row.evidence())
                    .set(row.state().name())
                    .set(new BigDecimal(row.amount()))
                    .set(row.refusal())
                    .set(row.ejectionRefusal())
                    .set(at(row.foundAt()))
                    .set(at(row.changedAt()));
            if (insert.executeUpdate() != 1) {
                return false;
            }
        }
        record(connection, row.id(), row.state().name(), row.refusal(), row.foundAt());
        return true;
    }

    static List<UUID> open(Connection connection, long chain, String contract, @Nullable UUID after, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(OPEN)) {
            new Columns(connection, select)
                    .set(chain)
                    .set(contract)
                    .set(after)
                    .set(after)
                    .set(limit);
            var open = new ArrayList<UUID>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    open.add(Columns.uuid(row, "id"));
                }
            }
            return open;
        }
    }

    /** Its row is locked until the end of the transaction. */
    static Optional<SanctionRow> lock(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select * from sanction where id = ? for no key update")) {
            new Columns(connection, select).set(id);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row(row)) : Optional.empty();
            }
        }
    }

    /** Newest first. */
    static List<SanctionRow> list(
            Connection connection,
            @Nullable State state,
            @Nullable String node,
            @Nullable String provider,
            @Nullable UUID before,
            int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select * from sanction"
                + " where (?::uuid is null or id < ?) and (?::text is null or state = ?)"
                + " and (?::text is null or node = ?) and (?::text is null or provider = ?)"
                + " order by id desc limit ?")) {
            String name = state == null ? null : state.name();
            new Columns(connection, select)
                    .set(before)
                    .set(before)
                    .set(name)
                    .set(name)
                    .set(node)
                    .set(node)
                    .set(provider)
                    .set(provider)
                    .set(limit);
            var found = new ArrayList<SanctionRow>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(row(row));
                }
            }
            return found;
        }
    }

    static void move(Connection connection, SanctionRow row, State to, Slash slash, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(MOVE)) {
            new Columns(connection, update)
                    .set(to.name())
                    .set(slash.number())
                    .set(new BigDecimal(slash.amount()))
                    .set(at(slash.appealUntil()))
                    .set(at(slash.decideUntil()))
                    .set(at(now))
                    .set(row.id());
            update.executeUpdate();
        }
        record(connection, row.id(), to.name(), null, now);
    }

    static void refuse(Connection connection, SanctionRow row, String why, Instant now) throws SQLException {
        String reason = cut(why);
        set(connection, row.id(), "state = 'REFUSED', refusal = ?", reason, now);
        record(connection, row.id(), "REFUSED", reason, now);
    }

    /** To be tried again: the slash where it was refused, and the ejection. */
    static void again(Connection connection, UUID id, @Nullable String by, Instant now) throws SQLException {
        set(
                connection,
                id,
                "state = case state when 'REFUSED' then 'FOUND' else state end, ejection_refusal = null, refusal = ?",
                null,
                now);
        record(connection, id, "RETRIED", by, now);
    }

    /** What was asked last failed; the state stays. */
    static void stuck(Connection connection, UUID id, String why, Instant now) throws SQLException {
        set(connection, id, "refusal = ?", cut(why), now);
        record(connection, id, "STUCK", cut(why), now);
    }

    static void withdraw(Connection connection, UUID id, String why, Instant now) throws SQLException {
        set(connection, id, "withdrawal = ?", why, now);
        record(connection, id, "WITHDRAWAL", why, now);
    }

    static void ejected(Connection connection, UUID id, Instant now) throws SQLException {
        set(connection, id, "ejection_refusal = null, ejected_at = ?", at(now), now);
        record(connection, id, "EJECTED", null, now);
    }

    static void notEjected(Connection connection, UUID id, String why, Instant now) throws SQLException {
        set(connection, id, "ejection_refusal = ?", cut(why), now);
        record(connection, id, "NOT_EJECTED", cut(why), now);
    }

    private static void set(Connection connection, UUID id, String columns, @Nullable Object value, Instant now)
            throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update sanction set " + columns + ", changed_at = ? where id = ?")) {
            new Columns(connection, update).set(value).set(at(now)).set(id);
            update.executeUpdate();
        }
    }

    private static void record(Connection connection, UUID id, String event, @Nullable String said, Instant now)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into sanction_event (sanction_id, event, said, at) values (?, ?, ?, ?)")) {
            new Columns(connection, insert).set(id).set(event).set(said).set(at(now));
            insert.executeUpdate();
        }
    }

    private static String cut(String reason) {
        return reason.substring(0, Math.min(reason.length(), MAX_REASON));
    }

    private static @Nullable OffsetDateTime at(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    private static SanctionRow row(ResultSet row) throws SQLException {
        return new SanctionRow(
                Columns.uuid(row, "id"),
                row.getLong("chain_id"),
                row.getString("contract"),
                row.getString("node"),
                row.getLong("round"),
                row.getString("provider"),
                row.getInt("reason"),
                row.getString("evidence"),
                State.valueOf(row.getString("state")),
                Columns.amount(row, "amount"),
                Columns.nullableLong(row, "slash"),
                row.getBigDecimal("held") == null ? null : Columns.amount(row, "held"),
                Columns.instant(row, "appeal_until"),
                Columns.instant(row, "decide_until"),
                row.getString("withdrawal"),
                Columns.instant(row, "ejected_at"),
                row.getString("refusal"),
                row.getString("ejection_refusal"),
                Columns.requiredInstant(row, "found_at"),
                Columns.requiredInstant(row, "changed_at"));
    }
}
