package io.pithead.coordinator.reputation.core;

/**
 * Whose turn it is among nodes that wait for the same work. Of those with a record each is as likely the next as its score is
 * large; each tenth turn is a newcomer's while both wait.
 *
 * <p>Each draws a time from the exponential distribution whose rate is its score, and the earliest is next. That distribution has no
 * memory, so it is a fair draw each time, though only who was taken draws anew.
 */
public final class Turns {
    /** Of so many turns one is a newcomer's. */
    public static final int NEWCOMERS_ONE_IN = 10;
    /** Nobody waits for ever: less is no chance at all. */
    static final double LEAST = 0.001;

    private Turns() {}

    /**
     * Where a node stands in the line; the least is next.
     *
     * @param clock the place of who was next last
     * @param drawn uniformly from 0 to 1, 1 excluded
     */
    public static double place(double clock, double score, double drawn) {
        return clock - Math.log1p(-drawn) / Math.max(LEAST, score);
    }

    /** @param contested turns so far for which both newcomers and others waited */
    public static boolean isNewcomers(long contested) {
        return contested % NEWCOMERS_ONE_IN == NEWCOMERS_ONE_IN - 1;
    }
}
