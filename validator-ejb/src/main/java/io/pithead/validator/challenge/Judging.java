package io.pithead.validator.challenge;

import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.ChallengeMessage;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.ContainerFacts;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Timing;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.json.Json;
import io.pithead.validator.challenge.core.Answers;
import io.pithead.validator.challenge.core.Judge;
import io.pithead.validator.challenge.core.LineClass;
import io.pithead.validator.challenge.core.Stage;
import io.pithead.validator.challenge.core.Times;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Judges a challenge by what there is of an answer, once nothing more is to come. The arithmetic runs outside all transactions. */
final class Judging {
    private static final Logger LOG = System.getLogger(Judging.class.getName());

    private final Database database;
    private final CoordinatorApi coordinator;
    private final InstantSource clock;
    private final Runnable judged;

    /** @param judged is told of each verdict that stands */
    Judging(Database database, CoordinatorApi coordinator, InstantSource clock, Runnable judged) {
        this.database = database;
        this.coordinator = coordinator;
        this.clock = clock;
        this.judged = judged;
    }

    void judge(UUID id) {
        Optional<ChallengeRow> found = database.withConnection(connection -> ChallengeStore.find(connection, id));
        if (found.isPresent() && isRipe(found.get(), clock.instant())) {
            judge(found.get());
        }
    }

    /** An old message must not judge a node that may still answer. */
    private static boolean isRipe(ChallengeRow row, Instant now) {
        if (row.stage() != Stage.ISSUED && row.stage() != Stage.ASKED) {
            return false;
        }
        Commitment commitment = row.commitment();
        return now.isAfter(row.deadline())
                || row.openedAt() != null
                || (commitment != null
                        && Judge.commitmentFault(row.issued(), commitment).isPresent());
    }

    private void judge(ChallengeRow row) {
        Challenge challenge = row.issued();
        Opening opening =
                row.openedAt() == null ? null : coordinator.opening(challenge).orElse(null);
        var answers = new Answers(row.commitment(), row.committedAt(), row.question(), opening, row.openedAt());
        VerdictReason reason = Judge.fault(challenge, answers).orElse(null);
        Verdict verdict = reason == null ? Verdict.VALID : reason.verdict();
        var found = new Judged(
                verdict,
                reason,
                verdict == Verdict.VALID ? timing(row) : null,
                ChallengeMessage.evidence(challenge, row.commitment(), row.question(), opening),
                verdict == Verdict.INVALID ? text(opening) : null,
                clock.instant());
        if (database.withConnection(connection -> ChallengeStore.judge(connection, row.id(), found))) {
            LOG.log(
                    Level.INFO,
                    () -> "validator.judged challenge=" + row.id() + " node=" + row.node() + " verdict=" + verdict
                            + (reason == null ? "" : " reason=" + reason)
                            + (found.timing() == null ? "" : " timing=" + found.timing())
                            + why(challenge, reason, opening));
            judged.run();
        }
    }

    private @Nullable Timing timing(ChallengeRow row) {
        String hardware = row.hardware();
        Long worked = row.workedMs();
        if (hardware == null || worked == null) {
            return null;
        }
        double time = Times.log(row.kind(), row.size(), row.turns(), worked);
        boolean beyond = row.kind() == ChallengeKind.NETWORK && LineClass.isBeyond(hardware, row.size(), worked);
        return database.withConnection(connection -> Times.USUAL.of(
                        time,
                        TimeStore.others(connection, row, hardware),
                        TimeStore.before(connection, row, Times.USUAL.inARow()),
                        beyond))
                .orElse(null);
    }

    /** The node's own words for why it ran no container. */
    private static String why(Challenge challenge, @Nullable VerdictReason reason, @Nullable Opening opening) {
        return reason != VerdictReason.NO_CONTAINER || opening == null
                ? ""
                : " why="
                        + opening.rows()
                                .getFirst()
                                .bytes(challenge.entries())
                                .flatMap(ContainerFacts::text)
                                .flatMap(ContainerFacts::whyNone)
                                .orElse("")
                                .replace('\n', ' ');
    }

    private static @Nullable String text(@Nullable Opening opening) {
        return opening == null ? null : Json.text(opening);
    }
}
