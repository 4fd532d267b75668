package io.pithead.validator.challenge;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.json.Json;
import io.pithead.validator.challenge.AttestationStore.JudgedChallenge;
import io.pithead.validator.challenge.AttestationStore.JudgedCharge;
import io.pithead.validator.challenge.AttestationStore.Pending;
import io.pithead.validator.challenge.AttestationStore.Unattested;
import io.pithead.validator.challenge.CoordinatorApi.Refused;
import io.pithead.validator.challenge.core.Answers;
import io.pithead.validator.challenge.core.ChargeJudge;
import io.pithead.validator.challenge.core.Judge;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Attests what was judged: one after the other, each naming the one before it, kept before it is sent. The next one is not signed
 * before this one is published, so the chain that others see has no gap and no fork.
 */
final class Publishing {
    private static final Logger LOG = System.getLogger(Publishing.class.getName());
    private static final int PER_ROUND = 200;
    private static final int CONFLICT = 409;
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    private final Database database;
    private final CoordinatorApi coordinator;
    private final Seat seat;
    private final Duration good;
    private final InstantSource clock;

    Publishing(Database database, CoordinatorApi coordinator, Seat seat, Duration good, InstantSource clock) {
        this.database = database;
        this.coordinator = coordinator;
        this.seat = seat;
        this.good = good;
        this.clock = clock;
    }

    /** @return how many were published */
    int round() {
        int published = 0;
        for (int i = 0; i < PER_ROUND; i++) {
            Optional<Pending> next = next();
            if (next.isEmpty() || !publish(next.get())) {
                break;
            }
            published++;
        }
        return published;
    }

    private Optional<Pending> next() {
        Optional<Pending> pending = pending();
        if (pending.isPresent()) {
            return pending;
        }
        boolean made = database.inTransaction(connection -> {
            Optional<Unattested> judged = AttestationStore.next(connection);
            return judged.isPresent()
                    && AttestationStore.add(
                            connection,
                            sign(judged.get(), AttestationStore.newest(connection, seat.address())),
                            clock.instant());
        });
        return made ? pending() : Optional.empty();
    }

    private Optional<Pending> pending() {
        return database.withConnection(connection -> AttestationStore.pending(connection, seat.address()));
    }

    private Attestation sign(Unattested judged, @Nullable String previous) {
        return switch (judged) {
            case JudgedChallenge challenge -> attest(challenge, previous).signed(seat.key());
            case JudgedCharge charge -> attest(charge, previous).signed(seat.key());
        };
    }

    private Attestation attest(JudgedChallenge judged, @Nullable String previous) {
        var answered = new Answers(null, judged.committedAt(), null, null, null);
        return Judge.attest(
                judged.challenge(),
                judged.reason(),
                answered.tookMs(judged.challenge().issuedAt()),
                judged.timing(),
                judged.evidence(),
                previous,
                now(),
                good);
    }

    private Attestation attest(JudgedCharge judged, @Nullable String previous) {
        return ChargeJudge.attest(
                judged.charge(),
                judged.reason(),
                judged.evidence(),
                seat.chain(),
                seat.address(),
                previous,
                now(),
                good);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private boolean publish(Pending pending) {
        Attestation attestation = pending.attestation();
        if (coordinator.attest(attestation) instanceof Refused refused) {
            database.doInTransaction(connection -> refused(connection, pending, refused));
            return false;
        }
        database.withConnection(connection -> AttestationStore.published(connection, pending.seq(), clock.instant()));
        LOG.log(
                Level.INFO,
                () -> "validator.attested " + subject(attestation) + " node=" + attestation.node() + " verdict="
                        + attestation.verdict());
        return true;
    }

    private void refused(Connection connection, Pending pending, Refused refused) throws SQLException {
        Instant now = clock.instant();
        Attestation attestation = pending.attestation();
        AttestationStore.refused(connection, pending.seq(), refused.reason(), now);
        LOG.log(Level.WARNING, () -> "validator.not_attested " + subject(attestation) + " reason=" + refused.reason());
        String newest = newestThere(refused.details());
        // what names the newest there already was refused for something else
        if (refused.status() == CONFLICT
                && !isJudged(refused.details())
                && !Objects.equals(newest, attestation.previous())) {
            AttestationStore.add(connection, following(attestation, newest), now);
        }
    }

    private static String subject(Attestation attestation) {
        return (attestation.kind() == AttestationKind.WORK ? "charge=" : "challenge=") + attestation.challenge();
    }

    /** Another one was taken for the challenge or the charge: this one never will be. */
    private static boolean isJudged(JsonNode details) {
        return details.path("state")
                .asText()
                .equals(Json.toTree(ChallengeState.JUDGED).asText());
    }

    /**
     * One of us was restored from a backup. Going on from what is there shows, for the chain that was published before has another end; to
     * be silent for ever would show as well and help nobody.
     */
    private static @Nullable String newestThere(JsonNode details) {
        String digest = details.path("previous").asText("");
        return DIGEST.matcher(digest).matches() ? digest : null;
    }

    private Attestation following(Attestation attestation, @Nullable String previous) {
        Instant now = now();
        return new Attestation(
                        attestation.challenge(),
                        attestation.chain(),
                        attestation.validator(),
                        attestation.node(),
                        attestation.kind(),
                        attestation.size(),
                        attestation.rows(),
                        attestation.verdict(),
                        attestation.reason(),
                        attestation.tookMs(),
                        attestation.timing(),
                        attestation.evidence(),
                        previous,
                        now,
                        now.plus(good),
                        null)
                .signed(seat.key());
    }
}
