package io.pithead.validator.challenge;

import static io.pithead.validator.challenge.ChallengeStore.at;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Timing;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.json.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** This validator's chain of attestations, and what is to become the next of it. */
final class AttestationStore {
    private static final String NEXT = """
            (select judged_at, id, challenge as document, committed_at, reason, timing, evidence, false as work
               from validator.challenge where state = 'JUDGED' and not attested order by judged_at, id limit 1)
            union all
            (select judged_at, id, document, null, reason, null, evidence, true
               from validator.charge where verdict is not null and not attested order by judged_at, id limit 1)
            order by judged_at, id limit 1""";

    private static final String INSERT = "insert into validator.attestation"
            + " (challenge_id, node, validator, verdict, digest, document, made_at) values (?, ?, ?, ?, ?, ?, ?)"
            + " on conflict do nothing";

    private AttestationStore() {}

    /** A verdict that nobody was told of. */
    sealed interface Unattested {}

    record JudgedChallenge(
            Challenge challenge,
            @Nullable Instant committedAt,
            @Nullable VerdictReason reason,
            @Nullable Timing timing,
            String evidence)
            implements Unattested {}

    record JudgedCharge(Charge charge, VerdictReason reason, String evidence) implements Unattested {}

    /** One that the coordinator may not have. */
    record Pending(long seq, Attestation attestation) {}

    static Optional<Unattested> next(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(NEXT);
                ResultSet row = select.executeQuery()) {
            if (!row.next()) {
                return Optional.empty();
            }
            return Optional.of(row.getBoolean("work") ? charge(row) : challenge(row));
        }
    }

    private static Unattested challenge(ResultSet row) throws SQLException {
        String reason = row.getString("reason");
        String timing = row.getString("timing");
        return new JudgedChallenge(
                Json.own(row.getString("document"), Challenge.class),
                Columns.instant(row, "committed_at"),
                reason == null ? null : VerdictReason.valueOf(reason),
                timing == null ? null : Timing.valueOf(timing),
                row.getString("evidence"));
    }

    private static Unattested charge(ResultSet row) throws SQLException {
        return new JudgedCharge(
                Json.own(row.getString("document"), Charge.class),
                VerdictReason.valueOf(row.getString("reason")),
                row.getString("evidence"));
    }

    static Optional<Pending> pending(Connection connection, String validator) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select seq, document from validator.attestation"
                + " where validator = ? and published_at is null and refused_at is null")) {
            new Columns(connection, select).set(validator);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(
                                new Pending(row.getLong("seq"), Json.own(row.getString("document"), Attestation.class)))
                        : Optional.empty();
            }
        }
    }

    /** The digest of the newest that was published. */
    static @Nullable String newest(Connection connection, String validator) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select digest from validator.attestation"
                + " where validator = ? and published_at is not null order by seq desc limit 1")) {
            new Columns(connection, select).set(validator);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getString("digest") : null;
            }
        }
    }

    /** False when another instance was faster. */
    static boolean add(Connection connection, Attestation attestation, Instant now) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            new Columns(connection, insert)
                    .set(attestation.challenge())
                    .set(attestation.node())
                    .set(attestation.validator())
                    .set(attestation.verdict().name())
                    .set(attestation.digest())
                    .set(Json.text(attestation))
                    .set(at(now));
            if (insert.executeUpdate() != 1) {
                return false;
            }
        }
        return attested(connection, attestation.kind(), attestation.challenge());
    }

    private static boolean attested(Connection connection, AttestationKind kind, UUID id) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                kind == AttestationKind.WORK
                        ? "update validator.charge set attested = true where id = ? and verdict is not null"
                        : "update validator.challenge set attested = true where id = ? and state = 'JUDGED'")) {
            new Columns(connection, update).set(id);
            return update.executeUpdate() == 1;
        }
    }

    static boolean published(Connection connection, long seq, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update validator.attestation set published_at = ?"
                + " where seq = ? and published_at is null and refused_at is null")) {
            new Columns(connection, update).set(at(now)).set(seq);
            return update.executeUpdate() == 1;
        }
    }

    static boolean refused(Connection connection, long seq, String refusal, Instant now) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update validator.attestation set refused_at = ?, refusal = ?"
                        + " where seq = ? and published_at is null and refused_at is null")) {
            new Columns(connection, update).set(at(now)).set(refusal).set(seq);
            return update.executeUpdate() == 1;
        }
    }
}
