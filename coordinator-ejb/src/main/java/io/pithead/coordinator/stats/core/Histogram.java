package io.pithead.coordinator.stats.core;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.IntStream;

/**
 * How many times were how long, by buckets that never change: four to each doubling, from a millisecond to 24 days. Two of them add
 * up, and a percentile is off by a tenth at most.
 */
public final class Histogram {
    private static final int PER_DOUBLING = 4;
    private static final int DOUBLINGS = 31;

    /** Milliseconds at which the next bucket begins; the first bucket is below all, the last one above. */
    public static final List<Double> BOUNDS = IntStream.rangeClosed(0, PER_DOUBLING * DOUBLINGS)
            .mapToObj(i -> Math.pow(2, (double) i / PER_DOUBLING))
            .toList();

    public static final int BUCKETS = BOUNDS.size() + 1;
    public static final Histogram EMPTY = new Histogram(new long[BUCKETS]);

    private final long[] counts;

    private Histogram(long[] counts) {
        this.counts = counts;
    }

    public static Histogram of(List<Long> counts) {
        if (counts.size() != BUCKETS) {
            throw new IllegalArgumentException(counts.size() + " buckets");
        }
        return new Histogram(counts.stream().mapToLong(Long::longValue).toArray());
    }

    /** As the database puts a time into its bucket ({@code width_bucket}). */
    public static int bucket(double ms) {
        int bucket = 0;
        while (bucket < BOUNDS.size() && BOUNDS.get(bucket) <= ms) {
            bucket++;
        }
        return bucket;
    }

    public Histogram plus(Histogram other) {
        long[] sum = new long[BUCKETS];
        Arrays.setAll(sum, i -> counts[i] + other.counts[i]);
        return new Histogram(sum);
    }

    public long count() {
        return Arrays.stream(counts).sum();
    }

    /**
     * Milliseconds that this share of the times was not above; the middle of its bucket.
     *
     * @param share above 0, up to 1
     */
    public OptionalDouble percentile(double share) {
        long rank = (long) Math.ceil(share * count());
        long seen = 0;
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            seen += counts[bucket];
            if (counts[bucket] > 0 && seen >= rank) {
                return OptionalDouble.of(middle(bucket));
            }
        }
        return OptionalDouble.empty();
    }

    private static double middle(int bucket) {
        if (bucket == 0) {
            return 0;
        }
        double low = BOUNDS.get(bucket - 1);
        return bucket == BOUNDS.size() ? low : Math.sqrt(low * BOUNDS.get(bucket));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Histogram histogram && Arrays.equals(counts, histogram.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    @Override
    public String toString() {
        return Arrays.toString(counts);
    }
}
