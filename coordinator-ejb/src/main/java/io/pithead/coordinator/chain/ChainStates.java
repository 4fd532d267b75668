package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.core.Projection.Key;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.json.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a chain says of things, for other components. All in their own transactions. */
public final class ChainStates {
    private static final String UP_TO = """
            select distinct on (key) key, body from chain_state
             where chain_id = ? and kind = ? and key = any(?) and block <= ?
             order by key, block desc, log_index desc""";
    private static final String FINAL = """
            select distinct on (key) key, body from chain_state s
             where chain_id = ? and kind = ? and key = any(?)
               and block <= (select finalised from chain c where c.chain_id = s.chain_id)
             order by key, block desc, log_index desc""";
    private static final String PAGE = """
            select distinct on (key) key, body from chain_state
             where chain_id = ? and kind = ? and key > ?
             order by key, block desc, log_index desc limit ?""";
    private static final String FINAL_PAGE = """
            select distinct on (key) key, body from chain_state s
             where chain_id = ? and kind = ? and key > ?
               and block <= (select finalised from chain c where c.chain_id = s.chain_id)
             order by key, block desc, log_index desc limit ?""";

    private static final String MADE = """
            select s.key from chain_transaction t
              join chain_event e on e.chain_id = t.chain_id and e.block = t.block and e.transaction_hash = t.mined_hash
              join chain_state s on s.chain_id = e.chain_id and s.block = e.block and s.log_index = e.log_index
             where t.chain_id = ? and t.purpose = ? and s.kind = ?
               and e.block <= (select finalised from chain c where c.chain_id = t.chain_id)
             limit 1""";
    /** By the index over blocks: what is older is not looked at. */
    private static final String CHANGES = """
            select kind, key, block, log_index, body from chain_state
             where chain_id = ? and kind = any(?) and block >= ? and block <= ? and (block, log_index, kind, key) > (?, ?, ?, ?)
             order by block, log_index, kind, key limit ?""";

    private ChainStates() {}

    /** A thing, and where on the chain it became what it is. */
    public record Change(String kind, String key, long block, int logIndex, Map<String, String> body) {
        /** Before all that a block says. */
        public static Change before(long block) {
            return new Change("", "", block, -1, Map.of());
        }
    }

    /**
     * How far a chain was read.
     *
     * @param generation grows when all is read again
     * @param rewinds grows when blocks are taken back
     * @param finalised the newest block that is final, less than any when none is
     */
    public record Position(int generation, long rewinds, long next, long head, long finalised, boolean halted) {
        /** Up to the newest block that was seen. */
        public boolean isCaughtUp() {
            return next > head;
        }
    }

    /** Keeps what was read as it is until the caller's transaction is over. Nothing for a chain that was never read. */
    public static Optional<Position> hold(Connection connection, long chain) throws SQLException {
        return position(connection, chain, " for share");
    }

    /** How far it was read a moment ago. What was final then stays so, within a generation. */
    public static Optional<Position> position(Connection connection, long chain) throws SQLException {
        return position(connection, chain, "");
    }

    private static Optional<Position> position(Connection connection, long chain, String lock) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select generation, rewinds, next_block, head,"
                + " finalised, halted is not null as halted from chain where chain_id = ?" + lock)) {
            new Columns(connection, select).set(chain);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Long head = Columns.nullableLong(row, "head");
                Long finalised = Columns.nullableLong(row, "finalised");
                return Optional.of(new Position(
                        row.getInt("generation"),
                        row.getLong("rewinds"),
                        row.getLong("next_block"),
                        head == null ? Long.MAX_VALUE : head,
                        finalised == null ? -1 : finalised,
                        row.getBoolean("halted")));
            }
        }
    }

    /** The chain's own clock: of the newest block that was read. Contracts decide by it, and it need not be near ours. */
    public static Instant time(Connection connection, long chain) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select at from chain_block where chain_id = ? order by number desc limit 1")) {
            new Columns(connection, select).set(chain);
            try (var row = select.executeQuery()) {
                return row.next() ? Columns.requiredInstant(row, "at") : Instant.EPOCH;
            }
        }
    }

    /** Things that changed in this block or later ones. */
    public static List<Key> changedSince(Connection connection, long chain, long block, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select distinct kind, key from chain_state where chain_id = ? and block >= ? limit ?")) {
            new Columns(connection, select).set(chain).set(block).set(limit);
            var keys = new ArrayList<Key>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    keys.add(new Key(row.getString("kind"), row.getString("key")));
                }
            }
            return keys;
        }
    }

    /** By their keys; what is not there is not among them. */
    public static SortedMap<String, Map<String, String>> newest(
            Connection connection, long chain, String kind, Collection<String> keys) throws SQLException {
        return upTo(connection, chain, kind, keys, Long.MAX_VALUE);
    }

    /** As of a block: of one that is final, when money depends on it. */
    public static SortedMap<String, Map<String, String>> upTo(
            Connection connection, long chain, String kind, Collection<String> keys, long block) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(UP_TO)) {
            new Columns(connection, select)
                    .set(chain)
                    .set(kind)
                    .texts(keys, key -> key)
                    .set(block);
            return bodies(select);
        }
    }

    /** What it is by the newest block that was read, which may still be undone. */
    public static Optional<Map<String, String>> newest(Connection connection, long chain, String kind, String key)
            throws SQLException {
        return Optional.ofNullable(newest(connection, chain, kind, List.of(key)).get(key));
    }

    /** What final blocks made of it: money goes by that alone. */
    public static Optional<Map<String, String>> whenFinal(Connection connection, long chain, String kind, String key)
            throws SQLException {
        return Optional.ofNullable(
                whenFinal(connection, chain, kind, List.of(key)).get(key));
    }

    /** Those after a key, in the order of keys. */
    public static SortedMap<String, Map<String, String>> page(
            Connection connection, long chain, String kind, @Nullable String after, int limit) throws SQLException {
        return page(connection, PAGE, chain, kind, after, limit);
    }

    /** The same, as final blocks have them. */
    public static SortedMap<String, Map<String, String>> finalPage(
            Connection connection, long chain, String kind, @Nullable String after, int limit) throws SQLException {
        return page(connection, FINAL_PAGE, chain, kind, after, limit);
    }

    private static SortedMap<String, Map<String, String>> page(
            Connection connection, String sql, long chain, String kind, @Nullable String after, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(sql)) {
            new Columns(connection, select)
                    .set(chain)
                    .set(kind)
                    .set(after == null ? "" : after)
                    .set(limit);
            return bodies(select);
        }
    }

    /** Changes of some kinds of things after one of them, up to a block, in the order of the chain. */
    public static List<Change> changes(
            Connection connection, long chain, Collection<String> kinds, Change after, long upTo, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(CHANGES)) {
            new Columns(connection, select)
                    .set(chain)
                    .texts(kinds, kind -> kind)
                    .set(after.block())
                    .set(upTo)
                    .set(after.block())
                    .set(after.logIndex())
                    .set(after.kind())
                    .set(after.key())
                    .set(limit);
            var changes = new ArrayList<Change>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    changes.add(new Change(
                            row.getString("kind"),
                            row.getString("key"),
                            row.getLong("block"),
                            row.getInt("log_index"),
                            body(row)));
                }
            }
            return changes;
        }
    }

    /** As final blocks have them, by their keys; what is not there is not among them. */
    public static SortedMap<String, Map<String, String>> whenFinal(
            Connection connection, long chain, String kind, Collection<String> keys) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FINAL)) {
            new Columns(connection, select).set(chain).set(kind).texts(keys, key -> key);
            return bodies(select);
        }
    }

    /** What the same event made of another thing. */
    public static Optional<Map<String, String>> beside(
            Connection connection, long chain, Change change, String kind, String key) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select body from chain_state"
                + " where chain_id = ? and kind = ? and key = ? and block = ? and log_index = ?")) {
            new Columns(connection, select)
                    .set(chain)
                    .set(kind)
                    .set(key)
                    .set(change.block())
                    .set(change.logIndex());
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(body(row)) : Optional.empty();
            }
        }
    }

    /** The key of the thing of this kind that a transaction of ours changed, once its block is final. */
    public static Optional<String> madeBy(Connection connection, long chain, String purpose, String kind)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(MADE)) {
            new Columns(connection, select).set(chain).set(purpose).set(kind);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString("key")) : Optional.empty();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> body(ResultSet row) throws SQLException {
        return Json.own(row.getString("body"), TreeMap.class);
    }

    private static SortedMap<String, Map<String, String>> bodies(PreparedStatement select) throws SQLException {
        var bodies = new TreeMap<String, Map<String, String>>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                bodies.put(row.getString("key"), body(row));
            }
        }
        return bodies;
    }
}
