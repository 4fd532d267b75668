package io.pithead.validator.challenge;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.challenge.Timing;
import io.pithead.validator.challenge.core.Times;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** How long right answers took, for others to be compared with. */
final class TimeStore {
    /** So many of a class are looked at; older ones may be of another release. */
    private static final int NEWEST = 1_000;

    /** One of each node, so that nobody weighs more for having been asked more often. */
    private static final String OTHERS = "select distinct on (node) size, turns, worked_ms from ("
            + "select node, size, turns, worked_ms, judged_at from validator.challenge"
            + " where hardware = ? and kind = ? and verdict = 'VALID' and worked_ms is not null and node <> ?"
            + " order by judged_at desc limit ?) newest"
            + " where not exists (select 1 from validator.vote v where v.node = newest.node and v.verdict = 'INVALID')"
            + " order by node, judged_at desc";

    private TimeStore() {}

    /** The newest time of each other node that says it is the same hardware; of none that this validator voted against. */
    static List<Double> others(Connection connection, ChallengeRow row, String hardware) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(OTHERS)) {
            new Columns(connection, select)
                    .set(hardware)
                    .set(row.kind().name())
                    .set(row.node())
                    .set(NEWEST);
            var others = new ArrayList<Double>();
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    others.add(Times.log(
                            row.kind(),
                            found.getInt("size"),
                            found.getObject("turns", Integer.class),
                            found.getLong("worked_ms")));
                }
            }
            return others;
        }
    }

    /** What was said of the node's own last ones, newest first: under whatever name of hardware. */
    static List<Timing> before(Connection connection, ChallengeRow row, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select timing from validator.challenge"
                + " where node = ? and kind = ? and timing is not null order by judged_at desc limit ?")) {
            new Columns(connection, select)
                    .set(row.node())
                    .set(row.kind().name())
                    .set(limit);
            var before = new ArrayList<Timing>();
            try (ResultSet found = select.executeQuery()) {
                while (found.next()) {
                    before.add(Timing.valueOf(found.getString("timing")));
                }
            }
            return before;
        }
    }
}
