package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.core.Projection.Change;
import io.pithead.coordinator.chain.core.Projection.Key;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.json.Json;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was read of one chain. Every write is its caller's transaction, under the lease to index. */
final class IndexStore {
    private static final String EVENTS = """
            insert into chain_event (chain_id, block, log_index, block_hash, transaction_hash, address, topics, data)
            values (?, ?, ?, ?, ?, ?, ?, ?)""";
    private static final String CURRENT = """
            select body from chain_state where chain_id = ? and kind = ? and key = ?
             order by block desc, log_index desc limit 1""";
    private static final String BLOCKS = """
            insert into chain_block (chain_id, number, hash, at) values (?, ?, ?, ?)""";
    /** The newest stays, however old: the next reading begins with it. */
    private static final String FORGET = """
            delete from chain_block where chain_id = ? and number < ?
               and number < (select max(number) from chain_block where chain_id = ?)""";

    private static final String ADVANCE = """
            update chain set next_block = ?, head = ?, finalised = ?, seen_at = now()
             where chain_id = ? and next_block = ? and generation = ? and halted is null""";
    private static final String REWIND = """
            update chain set next_block = ?, rewinds = rewinds + 1
             where chain_id = ? and next_block = ? and generation = ? and halted is null""";

    private static final int FETCH = 1_000;

    private final long chainId;

    IndexStore(long chainId) {
        this.chainId = chainId;
    }

    /**
     * How far the chain was read.
     *
     * @param finalised less than any block when nothing is final
     */
    record Cursor(
            int generation,
            long first,
            long next,
            long finalised,
            @Nullable String halted) {}

    /** A change of a thing, and what made it. */
    record LoggedChange(ChainLog log, Change change) {}

    void open(Connection connection, long first) throws SQLException {
        try (var insert = connection.prepareStatement(
                "insert into chain (chain_id, first_block, next_block) values (?, ?, ?) on conflict do nothing")) {
            new Columns(connection, insert).set(chainId).set(first).set(first);
            insert.executeUpdate();
        }
    }

    Cursor cursor(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement(
                "select generation, first_block, next_block, finalised, halted from chain where chain_id = ?")) {
            new Columns(connection, select).set(chainId);
            try (var row = select.executeQuery()) {
                row.next();
                Long finalised = Columns.nullableLong(row, "finalised");
                return new Cursor(
                        row.getInt("generation"),
                        row.getLong("first_block"),
                        row.getLong("next_block"),
                        finalised == null ? -1 : finalised,
                        row.getString("halted"));
            }
        }
    }

    /** Hashes of the blocks that are remembered, by number. */
    NavigableMap<Long, String> blocks(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select number, hash from chain_block where chain_id = ?")) {
            new Columns(connection, select).set(chainId);
            var blocks = new TreeMap<Long, String>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    blocks.put(row.getLong("number"), row.getString("hash"));
                }
            }
            return blocks;
        }
    }

    void append(Connection connection, List<ChainLog> logs) throws SQLException {
        try (var insert = connection.prepareStatement(EVENTS)) {
            for (ChainLog log : logs) {
                insert.setLong(1, chainId);
                insert.setLong(2, log.block());
                insert.setInt(3, log.index());
                insert.setString(4, log.blockHash());
                insert.setString(5, log.transactionHash());
                insert.setString(6, log.address());
                insert.setBytes(7, topics(log));
                insert.setBytes(8, log.data());
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static byte[] topics(ChainLog log) {
        var bytes = new ByteArrayOutputStream();
        log.topics().forEach(topic -> bytes.writeBytes(HexFormat.of().parseHex(topic.substring(2))));
        return bytes.toByteArray();
    }

    /** What a thing is; empty when it is not. */
    Map<String, String> current(Connection connection, Key key) throws SQLException {
        try (var select = connection.prepareStatement(CURRENT)) {
            new Columns(connection, select).set(chainId).set(key.kind()).set(key.id());
            try (var row = select.executeQuery()) {
                return row.next() ? body(row.getString("body")) : Map.of();
            }
        }
    }

    @SuppressWarnings("unchecked")
    private static SortedMap<String, String> body(String text) {
        return Json.own(text, TreeMap.class);
    }

    void change(Connection connection, List<LoggedChange> changes) throws SQLException {
        try (var insert = connection.prepareStatement(
                "insert into chain_state (chain_id, kind, key, block, log_index, body) values (?, ?, ?, ?, ?, ?)")) {
            for (LoggedChange one : changes) {
                insert.setLong(1, chainId);
                insert.setString(2, one.change().key().kind());
                insert.setString(3, one.change().key().id());
                insert.setLong(4, one.log().block());
                insert.setInt(5, one.log().index());
                insert.setString(6, Json.text(one.change().body()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    void remember(Connection connection, Collection<Block> blocks, long olderThan) throws SQLException {
        try (var insert = connection.prepareStatement(BLOCKS)) {
            for (Block block : blocks) {
                insert.setLong(1, chainId);
                insert.setLong(2, block.number());
                insert.setString(3, block.hash());
                insert.setObject(4, OffsetDateTime.ofInstant(block.at(), ZoneOffset.UTC));
                insert.addBatch();
            }
            insert.executeBatch();
        }
        try (var delete = connection.prepareStatement(FORGET)) {
            new Columns(connection, delete).set(chainId).set(olderThan).set(chainId);
            delete.executeUpdate();
        }
    }

    /** Throws when the cursor is not where it was, or a person asked for a new start meanwhile. */
    void advance(Connection connection, Cursor from, long next, long head, long finalised) throws SQLException {
        try (var update = connection.prepareStatement(ADVANCE)) {
            new Columns(connection, update)
                    .set(next)
                    .set(head)
                    .set(finalised < 0 ? null : finalised)
                    .set(chainId)
                    .set(from.next())
                    .set(from.generation());
            require(update);
        }
    }

    /** Everything after the ancestor never was. */
    void rewind(Connection connection, Cursor from, long ancestor) throws SQLException {
        try (var update = connection.prepareStatement(REWIND)) {
            new Columns(connection, update)
                    .set(Math.max(from.first(), ancestor + 1))
                    .set(chainId)
                    .set(from.next())
                    .set(from.generation());
            require(update);
        }
        forgetAfter(connection, ancestor);
    }

    private void forgetAfter(Connection connection, long block) throws SQLException {
        for (String table : List.of("chain_event where block", "chain_state where block", "chain_block where number")) {
            try (var delete = connection.prepareStatement("delete from " + table + " > ? and chain_id = ?")) {
                new Columns(connection, delete).set(block).set(chainId);
                delete.executeUpdate();
            }
        }
    }

    private static void require(PreparedStatement update) throws SQLException {
        if (update.executeUpdate() != 1) {
            throw new IllegalStateException("the cursor moved while blocks were read");
        }
    }

    void halt(Connection connection, String reason) throws SQLException {
        try (var update =
                connection.prepareStatement("update chain set halted = ? where chain_id = ? and halted is null")) {
            new Columns(connection, update).set(reason).set(chainId);
            update.executeUpdate();
        }
    }

    /**
     * Reads everything again.
     *
     * @return whether the chain is known
     */
    boolean reindex(Connection connection) throws SQLException {
        try (var update = connection.prepareStatement("update chain set generation = generation + 1,"
                + " next_block = first_block, finalised = null, halted = null where chain_id = ?")) {
            new Columns(connection, update).set(chainId);
            if (update.executeUpdate() != 1) {
                return false;
            }
        }
        forgetAfter(connection, -1);
        return true;
    }

    /** SHA-256 over all events and all that they add up to, up to a block, each in its order. */
    String digest(Connection connection, long upTo) throws SQLException {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            add(
                    connection,
                    sha256,
                    upTo,
                    "select block, log_index, block_hash, transaction_hash, address, topics, data from chain_event"
                            + " where chain_id = ? and block <= ? order by block, log_index");
            add(
                    connection,
                    sha256,
                    upTo,
                    "select kind, key, block, log_index, body from chain_state where chain_id = ? and block <= ?"
                            + " order by kind collate \"C\", key collate \"C\", block, log_index");
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void add(Connection connection, MessageDigest sha256, long upTo, String sql) throws SQLException {
        try (var select = connection.prepareStatement(sql)) {
            select.setFetchSize(FETCH);
            new Columns(connection, select).set(chainId).set(upTo);
            try (ResultSet row = select.executeQuery()) {
                int columns = row.getMetaData().getColumnCount();
                while (row.next()) {
                    for (int i = 1; i <= columns; i++) {
                        add(sha256, row.getObject(i));
                    }
                }
            }
        }
    }

    /** With its length, so that no two rows look alike. */
    private static void add(MessageDigest sha256, Object value) {
        byte[] bytes = value instanceof byte[] raw ? raw : value.toString().getBytes(StandardCharsets.UTF_8);
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        sha256.update(bytes);
    }
}
