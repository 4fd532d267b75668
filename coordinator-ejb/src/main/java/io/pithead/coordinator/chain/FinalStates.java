package io.pithead.coordinator.chain;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What chains say of things, as far as it was read, in the projection's words: by final blocks, or by the newest. */
@ApplicationScoped
public class FinalStates {
    private static final String NEWEST = """
            select body from chain_state
             where chain_id = ? and kind = ? and key = ?
               and (? or block <= (select finalised from chain where chain_id = ?))
             order by block desc, log_index desc limit 1""";
    private static final String FINAL_OF_KIND = """
            select distinct on (key) key, body from chain_state
             where chain_id = ? and kind = ? and key > ?
               and block <= (select finalised from chain where chain_id = ?)
             order by key, block desc, log_index desc limit ?""";

    /** A thing and what it is. */
    public record Thing(String key, Map<String, String> body) {
        public Thing {
            body = Map.copyOf(body);
        }
    }

    /** What final blocks made of it: money goes by that alone. */
    public Optional<Map<String, String>> whenFinal(Connection connection, long chainId, String kind, String key)
            throws SQLException {
        return read(connection, chainId, kind, key, false);
    }

    /** What it is by the newest block that was read, which may still be undone. */
    public Optional<Map<String, String>> newest(Connection connection, long chainId, String kind, String key)
            throws SQLException {
        return read(connection, chainId, kind, key, true);
    }

    private static Optional<Map<String, String>> read(
            Connection connection, long chainId, String kind, String key, boolean all) throws SQLException {
        try (var select = connection.prepareStatement(NEWEST)) {
            new Columns(connection, select)
                    .set(chainId)
                    .set(kind)
                    .set(key)
                    .set(all)
                    .set(chainId);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(body(row)) : Optional.empty();
            }
        }
    }

    /** All things of a kind, a page at a time, in the order of their keys. */
    public List<Thing> whenFinal(Connection connection, long chainId, String kind, String after, int limit)
            throws SQLException {
        try (var select = connection.prepareStatement(FINAL_OF_KIND)) {
            new Columns(connection, select)
                    .set(chainId)
                    .set(kind)
                    .set(after)
                    .set(chainId)
                    .set(limit);
            var things = new ArrayList<Thing>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    things.add(new Thing(row.getString("key"), body(row)));
                }
            }
            return things;
        }
    }

    /** {@link ChainStates#time}. */
    public Instant time(Connection connection, long chainId) throws SQLException {
        return ChainStates.time(connection, chainId);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> body(ResultSet row) throws SQLException {
        return Json.own(row.getString("body"), TreeMap.class);
    }
}
