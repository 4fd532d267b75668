package io.pithead.validator.challenge;

import static io.pithead.validator.challenge.ChallengeStore.at;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.json.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Charges that this validator was told of, and what it says of them. */
final class ChargeStore {
    /**
     * A challenge or a charge is attested once, under its id, which of a charge is the coordinator's to choose: one that has had its
     * attestation, or may still have it as a challenge, would stop all that come after it.
     */
    private static final String REMEMBER = """
            insert into validator.charge (id, node, document, until, seen_at)
            select ?, ?, ?, ?, ?
             where (select count(*) from validator.charge where verdict is null) < ?
               and not exists (select 1 from validator.challenge where id = ?)
               and not exists (select 1 from validator.attestation where challenge_id = ? and refused_at is null)
            on conflict do nothing""";

    private ChargeStore() {}

    /**
     * False when it is known, or so many are open: it is listed until it is attested, and remembered later.
     *
     * @param maxOpen charges at a time
     */
    static boolean remember(Connection connection, Charge charge, Instant now, int maxOpen) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(REMEMBER)) {
            new Columns(connection, insert)
                    .set(charge.id())
                    .set(charge.node())
                    .set(Json.text(charge))
                    .set(at(charge.until()))
                    .set(at(now))
                    .set(maxOpen)
                    .set(charge.id())
                    .set(charge.id());
            return insert.executeUpdate() == 1;
        }
    }

    /** Those that wait for their verdict. */
    static List<Charge> open(Connection connection, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select document from validator.charge where verdict is null order by until, id limit ?")) {
            new Columns(connection, select).set(limit);
            var open = new ArrayList<Charge>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    open.add(Json.own(row.getString("document"), Charge.class));
                }
            }
            return open;
        }
    }

    /** False when another instance was faster: a verdict stays. */
    static boolean judge(Connection connection, UUID id, VerdictReason reason, String evidence, Instant now)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update validator.charge"
                + " set verdict = ?, reason = ?, evidence = ?, judged_at = ? where id = ? and verdict is null")) {
            new Columns(connection, update)
                    .set(reason.verdict().name())
                    .set(reason.name())
                    .set(evidence)
                    .set(at(now))
                    .set(id);
            return update.executeUpdate() == 1;
        }
    }

    static void forget(Connection connection, Instant before) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from validator.charge where attested and seen_at < ?")) {
            new Columns(connection, delete).set(at(before));
            delete.executeUpdate();
        }
    }
}
