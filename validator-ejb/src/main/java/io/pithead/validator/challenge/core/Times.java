package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Timing;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whether a node took about as long as others that say they are the same hardware. Times are logarithms of milliseconds for a unit of
 * work: their median and the median distance from it stay what they are, whatever fewer than half of the nodes say.
 *
 * @param nodes fewer others say nothing
 * @param spreads so many times their spread is far
 * @param factor a smaller one between their median and a node's time never is
 * @param inARow so many far ones are suspicious
 */
public record Times(int nodes, double spreads, double factor, int inARow) {
    public static final Times USUAL = new Times(8, 6, 2, 3);
    /** Of a normal distribution, its standard deviation is so many times the median distance. */
    private static final double DEVIATIONS = 1.4826;

    public Times {
        if (nodes < 2 || !(spreads > 0) || !(factor > 1) || inARow < 2) {
            throw new IllegalArgumentException("no comparison of times");
        }
    }

    /**
     * @param time the node's own
     * @param others one of each other node
     * @param before what was said of the node's own last ones of the kind, newest first
     */
    public Optional<Timing> of(double time, Collection<Double> others, List<Timing> before) {
        return of(time, others, before, false);
    }

    /** @param beyond whether it is more than the node itself says that it can: that is far whatever others took */
    public Optional<Timing> of(double time, Collection<Double> others, List<Timing> before, boolean beyond) {
        if (beyond) {
            return Optional.of(far(before));
        }
        if (others.size() < nodes) {
            return Optional.empty();
        }
        double middle = median(others.stream().mapToDouble(Double::doubleValue).toArray());
        double spread = DEVIATIONS
                * median(others.stream()
                        .mapToDouble(other -> Math.abs(other - middle))
                        .toArray());
        if (Math.abs(time - middle) <= Math.max(Math.log(factor), spreads * spread)) {
            return Optional.of(Timing.USUAL);
        }
        return Optional.of(far(before));
    }

    private Timing far(List<Timing> before) {
        boolean again = before.size() >= inARow - 1
                && before.stream().limit(inARow - 1L).noneMatch(timing -> timing == Timing.USUAL);
        return again ? Timing.SUSPICIOUS : Timing.FAR;
    }

    private static double median(double[] numbers) {
        Arrays.sort(numbers);
        int half = numbers.length / 2;
        return numbers.length % 2 == 1 ? numbers[half] : (numbers[half - 1] + numbers[half]) / 2;
    }

    /** Of so many milliseconds for a challenge like this. */
    public static double log(ChallengeKind kind, int size, @Nullable Integer turns, long workedMs) {
        double work = switch (kind) {
            case COMPUTE -> (double) size * size * size;
            case MEMORY, STORAGE -> (double) size * (MemoryPolicy.TURNS_OF_ADDING + (turns == null ? 1 : turns));
            case NETWORK -> size;
            case CONTAINER -> 1;
        };
        return Math.log((workedMs + 1) / work);
    }

    /**
     * As the coordinator has it. It is believed as far as this validator's own clock allows.
     *
     * @param seen when the commitment was first seen here
     */
    public static @Nullable Long workedMs(
            @Nullable Instant fetched, @Nullable Instant committed, Instant issued, Instant seen) {
        if (fetched == null || committed == null) {
            return null;
        }
        Duration worked = Duration.between(fetched, committed);
        return worked.isNegative() || worked.compareTo(Duration.between(issued, seen)) > 0 ? null : worked.toMillis();
    }
}
