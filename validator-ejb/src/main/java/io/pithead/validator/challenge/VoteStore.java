package io.pithead.validator.challenge;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.challenge.Verdict;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What was attested and what was voted. */
final class VoteStore {
    private static final String AFTER = """
            select a.seq, a.node, a.verdict, a.digest, v.verdict as voted
              from validator.attestation a left join validator.vote v on v.node = a.node
             where a.seq > ? and a.published_at is not null and a.verdict <> 'INCONCLUSIVE'
             order by a.seq limit ?""";
    /** A vote against a node is never taken back from here. */
    private static final String PUT = """
            insert into validator.vote as v (node, seq, verdict, cast_at) values (?, ?, ?, ?)
            on conflict (node) do update set seq = excluded.seq, verdict = excluded.verdict, cast_at = excluded.cast_at
             where v.seq < excluded.seq and v.verdict = 'VALID'""";

    private VoteStore() {}

    /** @param voted what was said of the node before */
    record Attested(
            long seq,
            String node,
            Verdict verdict,
            String digest,
            @Nullable Verdict voted) {}

    static List<Attested> after(Connection connection, long seq, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(AFTER)) {
            new Columns(connection, select).set(seq).set(limit);
            var found = new ArrayList<Attested>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    String voted = row.getString("voted");
                    found.add(new Attested(
                            row.getLong("seq"),
                            row.getString("node"),
                            Verdict.valueOf(row.getString("verdict")),
                            row.getString("digest"),
                            voted == null ? null : Verdict.valueOf(voted)));
                }
            }
            return found;
        }
    }

    static void put(Connection connection, Attested attested, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(PUT)) {
            new Columns(connection, insert)
                    .set(attested.node())
                    .set(attested.seq())
                    .set(attested.verdict().name())
                    .set(ChallengeStore.at(now));
            insert.executeUpdate();
        }
    }
}
