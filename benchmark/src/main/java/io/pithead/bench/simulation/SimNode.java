package io.pithead.bench.simulation;

import io.pithead.coordinator.reputation.core.Reputation;
import io.pithead.coordinator.reputation.core.Sanction;
import io.pithead.coordinator.reputation.core.Sanction.Measure;
import io.pithead.coordinator.reputation.core.Sanction.Suspicion;
import io.pithead.coordinator.verify.core.Adaptive.Streak;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A node with what the coordinator keeps of it, and what only the simulation knows. */
final class SimNode {
    static final String RIGHT = "right";
    private static final int KEPT_WRONGS = 10;
    private static final int FIFTH = 5;

    final UUID id;
    final UUID provider;
    final Kind kind;
    final int born;

    // what the coordinator keeps
    Streak streak = Streak.NEW;
    Suspicion suspicion = Suspicion.NONE;
    boolean ejected;
    long taken;
    private long judgedRight;
    private int judgedWrong;
    /** Whether the latest answers that were judged wrong were right after all: a referee would find out. */
    private final Deque<Boolean> wrongs = new ArrayDeque<>();

    // what it does
    long answers;
    long lies;
    long liesPaid;
    /** Of its answers, when it was first judged wrong; 0 as long as it was not. */
    long caughtAt;

    long slashedAt;
    long firstLieAt;
    private boolean turned;

    SimNode(UUID id, UUID provider, Kind kind, int born) {
        this.id = id;
        this.provider = provider;
        this.kind = kind;
        this.born = born;
    }

    boolean isSuspect() {
        return Sanction.measure(suspicion) != Measure.NONE;
    }

    /** What its work is treated by. */
    Streak standing() {
        return isSuspect() ? Streak.NEW : streak;
    }

    /** @return nothing when it leaves the job */
    @Nullable
    String answer(UUID job, SplittableRandom random) {
        taken++;
        if (random.nextDouble() < kind.leaves()) {
            return null;
        }
        answers++;
        if (lies(job, random)) {
            lies++;
            firstLieAt = firstLieAt == 0 ? answers : firstLieAt;
            return kind == Kind.COLLUDING ? "the ring's lie" : "made up by " + id;
        }
        return random.nextDouble() < kind.faults() ? "a fault of " + id + " " + answers : RIGHT;
    }

    private boolean lies(UUID job, SplittableRandom random) {
        return switch (kind) {
            case HONEST, SLOW, FLAKY -> false;
            case LAZY -> random.nextDouble() < Kind.LIES;
            case COLLUDING -> Long.remainderUnsigned(job.getLeastSignificantBits(), FIFTH) == 0;
            case TURNCOAT -> turned(Kind.TURNS_AT);
            case SYBIL -> turned(Settings.ADAPTIVE.trustedAfter());
        };
    }

    private boolean turned(int trusted) {
        turned |= streak.valid() >= trusted;
        return turned;
    }

    void judgedRight() {
        judgedRight++;
        streak = streak.afterValid();
        suspicion = suspicion.afterRight();
    }

    void judgedWrong(String answer) {
        judgedWrong++;
        streak = streak.afterFailure();
        suspicion = suspicion.afterWrong();
        caughtAt = caughtAt == 0 ? answers : caughtAt;
        wrongs.addLast(answer.equals(RIGHT));
        if (wrongs.size() > KEPT_WRONGS) {
            wrongs.removeFirst();
        }
    }

    void left() {
        streak = streak.afterLost();
    }

    /** A referee re-executes the latest answer that was judged wrong, if any is left. */
    boolean review() {
        Boolean wasRight = wrongs.pollLast();
        if (wasRight == null) {
            return false;
        }
        suspicion = wasRight ? suspicion.afterCleared() : suspicion.afterConfirmed();
        return true;
    }

    double score(int epoch) {
        double heard = 1 - kind.leaves();
        double speed = kind == Kind.SLOW ? 0.5 : 1;
        return Reputation.of(
                        new Reputation.Inputs(judgedRight, judgedWrong, heard, speed, Duration.ofDays(epoch - born), 1))
                .value();
    }
}
