package io.pithead.coordinator.sanction;

import io.pithead.coordinator.platform.Columns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;

/** How far the keeper has read. Whoever of several is behind takes nothing back. */
final class FeedStore {
    /** A reading that begins anew is followed from its first block on: what is known already is found to be. */
    private static final String OPEN = """
            insert into sanction_feed as f (chain_id, generation, next_block, nodes_at) values (?, ?, 0, clock_timestamp())
            on conflict (chain_id) do update
               set generation = excluded.generation,
                   next_block = case when f.generation = excluded.generation then f.next_block else 0 end
            returning next_block, nodes_at, clock_timestamp() as now""";

    private static final String FOLLOWED = """
            update sanction_feed set next_block = ? where chain_id = ? and generation = ? and next_block < ?""";
    private static final String COMPARED = "update sanction_feed set nodes_at = ? where chain_id = ? and nodes_at < ?";

    private FeedStore() {}

    /**
     * Where to go on.
     *
     * @param next the first block that is not followed
     * @param nodesAt the time up to which nodes were compared
     * @param now by the database's clock
     */
    record Feed(long next, Instant nodesAt, Instant now) {}

    static Feed open(Connection connection, long chain, int generation) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement(OPEN)) {
            new Columns(connection, upsert).set(chain).set(generation);
            try (var row = upsert.executeQuery()) {
                row.next();
                return new Feed(
                        row.getLong("next_block"),
                        Columns.requiredInstant(row, "nodes_at"),
                        Columns.requiredInstant(row, "now"));
            }
        }
    }

    static void followed(Connection connection, long chain, int generation, long next) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(FOLLOWED)) {
            new Columns(connection, update).set(next).set(chain).set(generation).set(next);
            update.executeUpdate();
        }
    }

    static void compared(Connection connection, long chain, Instant at) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(COMPARED)) {
            new Columns(connection, update)
                    .set(at.atOffset(ZoneOffset.UTC))
                    .set(chain)
                    .set(at.atOffset(ZoneOffset.UTC));
            update.executeUpdate();
        }
    }
}
