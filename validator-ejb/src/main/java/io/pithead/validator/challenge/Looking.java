package io.pithead.validator.challenge;

import io.pithead.coordinator.outbox.Destinations;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.ChallengeView;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Question;
import io.pithead.validator.challenge.CoordinatorApi.Refused;
import io.pithead.validator.challenge.core.Judge;
import io.pithead.validator.challenge.core.Progress;
import io.pithead.validator.challenge.core.Stage;
import io.pithead.validator.challenge.core.Times;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Sees how far challenges are, without waiting for any: asks the coordinator for those of ours that have an answer, moves each on by
 * a step, and finds what is late or what a lost message left behind. Times are those of this clock, when it sees something first.
 */
final class Looking {
    private static final Logger LOG = System.getLogger(Looking.class.getName());
    private static final int PAGES_PER_STATE = 10;
    private static final int LATE_PER_ROUND = 50;
    private static final int STALE_PER_ROUND = 200;

    private final Database database;
    private final Outbox outbox;
    private final CoordinatorApi coordinator;
    private final Seat seat;
    private final InstantSource clock;
    private final SecureRandom random;

    Looking(
            Database database,
            Outbox outbox,
            CoordinatorApi coordinator,
            Seat seat,
            InstantSource clock,
            SecureRandom random) {
        this.database = database;
        this.outbox = outbox;
        this.coordinator = coordinator;
        this.seat = seat;
        this.clock = clock;
        this.random = random;
    }

    void round() {
        if (database.withConnection(ChallengeStore::open) == 0) {
            return;
        }
        answered(ChallengeState.COMMITTED);
        answered(ChallengeState.OPENED);
        late();
        stale();
    }

    private void answered(ChallengeState state) {
        String cursor = null;
        for (int i = 0; i < PAGES_PER_STATE; i++) {
            Page<ChallengeView> page = coordinator.challenges(state, cursor);
            var views = new HashMap<UUID, ChallengeView>();
            page.items().forEach(view -> views.put(view.id(), view));
            step(views);
            cursor = page.nextCursor();
            if (cursor == null) {
                return;
            }
        }
    }

    private void step(Map<UUID, ChallengeView> views) {
        var judge = new ArrayList<UUID>();
        Instant now = clock.instant();
        for (ChallengeRow row :
                database.withConnection(connection -> ChallengeStore.find(connection, views.keySet()))) {
            ChallengeView view = views.get(row.id());
            if (view != null && step(row, view, now)) {
                judge.add(row.id());
            }
        }
        hint(Hints.JUDGE, judge, now);
    }

    /** @return whether it is to be judged, and nobody was told of it just now */
    private boolean step(ChallengeRow row, @Nullable ChallengeView view, Instant now) {
        if (row.stage() == Stage.PLANNED) {
            return giveUpLate(row, now);
        }
        return switch (Progress.next(row.stage(), view == null ? null : view.state(), row.deadline(), now)) {
            // what was not posted is found again by itself
            case WAIT, POST -> false;
            case ASK -> view != null && view.commitment() != null && ask(row, view, view.commitment(), now);
            case JUDGE -> {
                if (view != null
                        && view.state() == ChallengeState.OPENED
                        && row.stage() == Stage.ASKED
                        && row.openedAt() == null) {
                    Long up = row.kind() == ChallengeKind.NETWORK
                            ? Times.workedMs(
                                    view.toldAt(), view.openedAt(), row.issued().issuedAt(), now)
                            : null;
                    database.withConnection(connection -> ChallengeStore.opened(connection, row.id(), up, now));
                    yield true;
                }
                yield mayHint(row, now);
            }
            case GIVE_UP -> {
                String state = view == null ? "unknown" : String.valueOf(view.state());
                giveUp(row, "the coordinator says it is " + state, now);
                yield false;
            }
        };
    }

    private boolean giveUpLate(ChallengeRow row, Instant now) {
        if (now.isAfter(row.deadline())) {
            giveUp(row, "not prepared in time", now);
        }
        return false;
    }

    private void giveUp(ChallengeRow row, String why, Instant now) {
        if (database.withConnection(connection -> ChallengeStore.giveUp(connection, row.id(), why, now))) {
            LOG.log(
                    Level.INFO,
                    () -> "validator.given_up challenge=" + row.id() + " node=" + row.node() + " reason=" + why);
        }
    }

    private static boolean mayHint(ChallengeRow row, Instant now) {
        return row.hintedAt().isBefore(now.minus(Terms.HINT));
    }

    /** @return whether the commitment is worth no question, and nobody was told of it just now */
    private boolean ask(ChallengeRow row, ChallengeView view, Commitment seen, Instant now) {
        Commitment commitment = row.commitment() == null ? seen : row.commitment();
        if (row.commitment() == null) {
            Instant issued = row.issued().issuedAt();
            boolean line = row.kind() == ChallengeKind.NETWORK;
            Long worked = Times.workedMs(line ? view.begunAt() : view.fetchedAt(), view.committedAt(), issued, now);
            Long latency = line ? Times.workedMs(view.fetchedAt(), view.begunAt(), issued, now) : null;
            database.withConnection(
                    connection -> ChallengeStore.committed(connection, row.id(), seen, worked, latency, now));
        }
        if (Judge.commitmentFault(row.issued(), commitment).isPresent()) {
            return row.commitment() == null || mayHint(row, now);
        }
        Question question = row.question();
        if (question == null) {
            question = question(row, commitment, now);
            Question kept = question;
            if (!database.withConnection(connection -> ChallengeStore.ask(connection, kept))) {
                // another instance asked a moment before; its question is the one that is sent
                return false;
            }
        }
        if (coordinator.ask(question) instanceof Refused refused) {
            LOG.log(Level.WARNING, () -> "validator.not_asked challenge=" + row.id() + " reason=" + refused.reason());
        }
        return false;
    }

    private Question question(ChallengeRow row, Commitment commitment, Instant now) {
        Challenge challenge = row.issued();
        Instant openBy = now.plus(row.openWithin()).truncatedTo(ChronoUnit.MILLIS);
        String asked = row.streamKey() == null ? Preparing.bytes32(random) : row.streamKey();
        return new Question(challenge.id(), commitment.digest(), asked, openBy, null)
                .signed(challenge.chain(), seat.key());
    }

    private void late() {
        Instant now = clock.instant();
        List<ChallengeRow> late = database.withConnection(
                connection -> ChallengeStore.late(connection, now, now.minus(Terms.HINT), LATE_PER_ROUND));
        var judge = new ArrayList<UUID>();
        for (ChallengeRow row : late) {
            ChallengeView view = row.stage() == Stage.PLANNED
                    ? null
                    : coordinator.challenge(row.id()).orElse(null);
            if (step(row, view, now)) {
                judge.add(row.id());
            }
        }
        hint(Hints.JUDGE, judge, now);
    }

    private void stale() {
        Instant now = clock.instant();
        List<UUID> stale = database
                .withConnection(
                        connection -> ChallengeStore.stale(connection, now, now.minus(Terms.HINT), STALE_PER_ROUND))
                .stream()
                .map(ChallengeRow::id)
                .toList();
        hint(Hints.PREPARE, stale, now);
    }

    private void hint(String type, List<UUID> challenges, Instant now) {
        if (challenges.isEmpty()) {
            return;
        }
        database.doInTransaction(connection -> {
            ChallengeStore.hinted(connection, challenges, now);
            outbox.append(connection, Destinations.CHALLENGE, Hints.of(type, challenges));
        });
        outbox.wake();
    }
}
