package io.pithead.coordinator.log.core;

/** The bytes from {@code from} up to but not including {@code to}. */
public record Span(long from, long to) {
    public Span {
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("no span: " + from + " to " + to);
        }
    }

    public long length() {
        return to - from;
    }

    boolean isEmpty() {
        return from == to;
    }

    /** What of this lies between; may be empty. */
    Span within(long low, long high) {
        long start = Math.clamp(from, low, Math.max(low, high));
        return new Span(start, Math.clamp(to, start, Math.max(start, high)));
    }

    boolean overlaps(Span other) {
        return from < other.to && other.from < to;
    }
}
