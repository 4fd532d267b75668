package io.pithead.validator.challenge;

import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.NetworkOffer;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.validator.challenge.CoordinatorApi.Answer;
import io.pithead.validator.challenge.CoordinatorApi.Refused;
import io.pithead.validator.challenge.core.Progress;
import io.pithead.validator.challenge.core.Stage;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/** Draws a planned challenge, signs it, keeps it, and only then sends it. The same one again sends the same. */
final class Preparing {
    private static final Logger LOG = System.getLogger(Preparing.class.getName());
    private static final int NONCE = 32;

    private final Database database;
    private final CoordinatorApi coordinator;
    private final Seat seat;
    private final InstantSource clock;
    private final SecureRandom random;

    Preparing(Database database, CoordinatorApi coordinator, Seat seat, InstantSource clock, SecureRandom random) {
        this.database = database;
        this.coordinator = coordinator;
        this.seat = seat;
        this.clock = clock;
        this.random = random;
    }

    /** What is no longer to be prepared is left as it is. */
    void prepare(UUID id) {
        Optional<ChallengeRow> found = database.withConnection(connection -> ChallengeStore.find(connection, id));
        if (found.isEmpty() || found.get().postedAt() != null) {
            return;
        }
        ChallengeRow row = found.get();
        Instant now = clock.instant();
        if (Progress.next(row.stage(), null, row.deadline(), now) != Progress.Step.POST) {
            return;
        }
        if (row.stage() == Stage.PLANNED) {
            String fresh = bytes32(random);
            boolean line = row.kind() == ChallengeKind.NETWORK;
            Challenge drawn = draw(row, line ? new NetworkStream(fresh).nonce(row.size()) : fresh, now);
            database.withConnection(connection -> ChallengeStore.issue(connection, drawn, line ? fresh : null));
        }
        // another instance may have drawn it a moment before: what is kept is what is sent
        database.withConnection(connection -> ChallengeStore.find(connection, id))
                .filter(kept -> kept.stage() == Stage.ISSUED)
                .ifPresent(this::post);
    }

    private Challenge draw(ChallengeRow row, String nonce, Instant now) {
        Instant issuedAt = now.truncatedTo(ChronoUnit.MILLIS);
        return new Challenge(
                        row.id(),
                        seat.chain(),
                        seat.address(),
                        row.node(),
                        row.kind(),
                        row.size(),
                        row.rows(),
                        row.turns(),
                        nonce,
                        issuedAt,
                        issuedAt.plus(row.commitWithin()),
                        null)
                .signed(seat.key());
    }

    static String bytes32(SecureRandom random) {
        byte[] bytes = new byte[NONCE];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private void post(ChallengeRow row) {
        Challenge challenge = row.issued();
        Answer answer = row.streamKey() == null
                ? coordinator.issue(challenge)
                : coordinator.issue(new NetworkOffer(challenge, row.streamKey()));
        if (answer instanceof Refused refused) {
            database.withConnection(
                    connection -> ChallengeStore.giveUp(connection, challenge.id(), refused.reason(), clock.instant()));
            LOG.log(
                    Level.INFO,
                    () -> "validator.not_issued challenge=" + challenge.id() + " node=" + challenge.node() + " reason="
                            + refused.reason());
            return;
        }
        database.withConnection(connection -> ChallengeStore.posted(connection, challenge.id(), clock.instant()));
        LOG.log(
                Level.INFO,
                () -> "validator.issued challenge=" + challenge.id() + " node=" + challenge.node() + " kind="
                        + challenge.kind() + " size=" + challenge.size());
    }
}
