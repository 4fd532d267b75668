package io.pithead.coordinator.reputation.core;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How good a node is, from 0 to 1, from what is known of it; every input and factor is shown with it.
 *
 * <pre>
 * score = honesty × (0.1 + 0.9 evidence) × (0.5 + 0.2 uptime + 0.1 speed + 0.1 age + 0.1 stake)
 * </pre>
 *
 * <p>Fifty right answers earn half of the evidence; one wrong answer takes half of the score, and is forgotten by half in a month.
 */
public final class Reputation {
    static final double NEWCOMER = 0.1;
    static final double HALF_EVIDENCE = 50;
    static final Duration HALF_AGE = Duration.ofDays(30);
    static final Duration HALF_LIFE = Duration.ofDays(30);
    static final double BASE = 0.5;
    static final double UPTIME = 0.2;
    static final double SPEED = 0.1;
    static final double AGE = 0.1;
    static final double STAKE = 0.1;

    private Reputation() {}

    /**
     * @param right answers that were judged right
     * @param wrong answers that were judged wrong, as far as they are not forgotten ({@link #remembered})
     * @param uptime share of the time since it was first seen, at most of the last 30 days, in which it was heard
     * @param speed the median time of its kind of node for the same work, divided by its own
     * @param age since it was first seen
     * @param stake what stands behind it, divided by what its class requires
     */
    public record Inputs(long right, double wrong, double uptime, double speed, Duration age, double stake) {
        public Inputs {
            if (right < 0 || age.isNegative() || !(uptime <= 1)) {
                throw new IllegalArgumentException("counts and ages are not negative, and uptime is a share");
            }
            if (!(wrong >= 0) || !(uptime >= 0) || !(speed >= 0) || !(stake >= 0)) {
                throw new IllegalArgumentException("no figure is negative or none");
            }
        }
    }

    /** Each from 0 to 1. */
    public record Factors(double honesty, double evidence, double uptime, double speed, double age, double stake) {}

    public record Score(double value, Factors factors, Inputs inputs) {}

    public static Score of(Inputs inputs) {
        var factors = new Factors(
                Math.pow(2, -inputs.wrong()),
                inputs.right() / (inputs.right() + HALF_EVIDENCE),
                inputs.uptime(),
                Math.min(1, inputs.speed()),
                ratio(inputs.age(), inputs.age().plus(HALF_AGE)),
                Math.min(1, inputs.stake()));
        double quality = BASE
                + UPTIME * factors.uptime()
                + SPEED * factors.speed()
                + AGE * factors.age()
                + STAKE * factors.stake();
        double value = factors.honesty() * (NEWCOMER + (1 - NEWCOMER) * factors.evidence()) * quality;
        return new Score(value, factors, inputs);
    }

    /** Wrong answers by how long ago they were: each counts half as much a month later. */
    public static double remembered(List<Instant> wrong, Instant now) {
        return wrong.stream()
                .mapToDouble(at -> at.isAfter(now) ? 1 : Math.pow(2, -ratio(Duration.between(at, now), HALF_LIFE)))
                .sum();
    }

    private static double ratio(Duration part, Duration whole) {
        return part.toMillis() / (double) whole.toMillis();
    }
}
