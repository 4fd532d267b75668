package io.pithead.coordinator.log.core;

/**
 * How much of an attempt's output is kept: its beginning and its end.
 *
 * @param rowBytes of one stored stretch
 * @param maxRows stretches; more only where one goes on from another
 * @param maxGaps named in one answer
 */
public record LogLimits(long headBytes, long tailBytes, int rowBytes, int maxRows, int maxGaps) {
    public static final int ROW_BYTES = 16 * 1024;
    public static final long MIN_BYTES = 8L * ROW_BYTES;
    private static final int HEAD_SHARE = 4;
    private static final int MAX_GAPS = 16;

    public LogLimits {
        if (headBytes < 1 || tailBytes < 1 || rowBytes < 1 || maxRows < 1 || maxGaps < 1) {
            throw new IllegalArgumentException("no limits: " + headBytes + ", " + tailBytes + ", " + rowBytes);
        }
    }

    /** Never more than {@code maxBytes} in all: whole rows are dropped, so two may reach over an edge of what is kept. */
    public static LogLimits of(long maxBytes) {
        long head = maxBytes / HEAD_SHARE;
        int maxRows = Math.toIntExact(2 * maxBytes / ROW_BYTES) + MAX_GAPS;
        return new LogLimits(head, maxBytes - head - 2L * ROW_BYTES, ROW_BYTES, maxRows, MAX_GAPS);
    }
}
