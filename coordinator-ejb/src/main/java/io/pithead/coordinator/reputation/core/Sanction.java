package io.pithead.coordinator.reputation.core;

import java.time.Duration;

/**
 * What follows from wrong answers, for each node. Pay is withheld for each one at once; stake is taken only when chance and bad
 * memory do not explain them any more, and somebody who is no competitor has confirmed it.
 *
 * <p>The points are a cumulative sum test (Page 1954) between a node whose answers are wrong once in {@value #FAIR_ONE_IN} and one
 * where it is ten times as often: a wrong answer weighs ln 10, a right one ln(0.95/0.995), which is a fiftieth of it.
 * A fair node comes from nothing to {@link #CONVICT} with a probability of about 10⁻¹⁰ at each judged answer.
 */
public final class Sanction {
    static final int FAIR_ONE_IN = 200;
    static final int WRONG = 50;
    static final int RIGHT = -1;
    /** Three wrong answers, nearly in a row. */
    public static final int SUSPECT = 3 * WRONG;
    /** Ten. */
    public static final int CONVICT = 10 * WRONG;
    /** A node that is to be convicted works no more for so long where there is no referee; it comes back as a suspect. */
    public static final Duration SUSPENSION = Duration.ofDays(7);
    /** Wrong answers that a referee must have confirmed before stake is taken. */
    public static final int CONFIRMED = 3;

    private Sanction() {}

    /**
     * @param points from 0
     * @param confirmed wrong answers since the points were 0 that a referee re-executed and found wrong
     */
    public record Suspicion(int points, int confirmed) {
        public static final Suspicion NONE = new Suspicion(0, 0);

        public Suspicion {
            if (points < 0 || confirmed < 0) {
                throw new IllegalArgumentException("less than no suspicion");
            }
        }

        /** Of a node that was suspended: what it did is not forgotten, and what it does next counts. */
        public Suspicion afterSuspension() {
            return new Suspicion(Math.min(points, SUSPECT), 0);
        }

        public boolean isSuspect() {
            return points >= SUSPECT;
        }

        public Suspicion afterRight() {
            return by(RIGHT);
        }

        public Suspicion afterWrong() {
            return by(WRONG);
        }

        /** The referee finds that an answer that was counted as wrong is wrong. */
        public Suspicion afterConfirmed() {
            return new Suspicion(points, confirmed + 1);
        }

        /** The referee finds that it was right: as if it had been counted so. */
        public Suspicion afterCleared() {
            return by(RIGHT - WRONG);
        }

        private Suspicion by(int change) {
            int next = Math.max(0, points + change);
            return next == 0 ? NONE : new Suspicion(next, confirmed);
        }
    }

    /** What is done about a node. */
    public enum Measure {
        NONE,
        /** It works as a newcomer does: everything it does is replicated, and it gets little. */
        SUSPECT,
        /** A referee is to re-execute its latest wrong answers; meanwhile as above. */
        CONFIRM,
        /** Its stake is slashed and it is ejected; it may appeal. */
        SLASH
    }

    public static Measure measure(Suspicion suspicion) {
        if (suspicion.points() < SUSPECT) {
            return Measure.NONE;
        }
        if (suspicion.points() < CONVICT) {
            return Measure.SUSPECT;
        }
        return suspicion.confirmed() < CONFIRMED ? Measure.CONFIRM : Measure.SLASH;
    }
}
