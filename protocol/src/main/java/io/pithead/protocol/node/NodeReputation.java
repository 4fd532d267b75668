package io.pithead.protocol.node;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * How good a node is, with all that it is computed from: {@code docs/REPUTATION.md}.
 *
 * @param score from 0 to 1; of nodes that wait for the same work each is as likely the next as its score is large
 * @param newcomer fewer than ten of its answers were judged right: of ten turns for which others wait too, newcomers have one
 */
public record NodeReputation(
        UUID node, double score, boolean newcomer, Inputs inputs, Factors factors, Suspicion suspicion, Instant at) {
    /**
     * @param right answers that were judged right
     * @param wrong answers that were judged wrong, each of which counts half as much 30 days later
     * @param uptime share of the time, at most of 30 days, in which it was heard
     * @param speed the time that others took for the same work divided by its own
     * @param compared in so many comparisons
     * @param ageS seconds since it was first seen
     * @param stake of what its provider must stake, the share that it does
     */
    public record Inputs(
            long right, double wrong, double uptime, double speed, int compared, long ageS, double stake) {}

    /**
     * What wrong answers add up to.
     *
     * @param points 50 for each, less one for each right one
     * @param suspect from 150 points: all that it does is compared, where a buyer lets compare, and it has the turns of a newcomer
     * @param suspendedUntil it came to 500 and gets no work before then
     */
    public record Suspicion(
            int points, boolean suspect, @Nullable Instant suspendedUntil) {}

    /** Each from 0 to 1. */
    public record Factors(double honesty, double evidence, double uptime, double speed, double age, double stake) {}
}
