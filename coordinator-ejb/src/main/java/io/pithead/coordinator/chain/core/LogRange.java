package io.pithead.coordinator.chain.core;

import java.util.Optional;

/**
 * How many blocks the logs are asked of at once: halved when the node refuses, an eighth more after each answer.
 *
 * @param blocks from 1 to {@code max}
 */
public record LogRange(long blocks, long max) {
    private static final int GROWTH = 8;

    public LogRange {
        if (blocks < 1 || blocks > max) {
            throw new IllegalArgumentException(blocks + " of " + max + " blocks");
        }
    }

    /** From and to, both included. */
    public record Stretch(long from, long to) {
        public long blocks() {
            return to - from + 1;
        }
    }

    public static LogRange of(long max) {
        return new LogRange(max, max);
    }

    /** The next blocks to read, none beyond {@code last}. */
    public Optional<Stretch> next(long from, long last) {
        return from > last ? Optional.empty() : Optional.of(new Stretch(from, Math.min(last, from + blocks - 1)));
    }

    /** Nothing when a single block is refused, which no smaller range helps. */
    public Optional<LogRange> refused(Stretch refused) {
        long half = refused.blocks() / 2;
        return half == 0 ? Optional.empty() : Optional.of(new LogRange(Math.min(half, blocks), max));
    }

    public LogRange answered() {
        return new LogRange(Math.min(max, blocks + Math.max(1, blocks / GROWTH)), max);
    }
}
