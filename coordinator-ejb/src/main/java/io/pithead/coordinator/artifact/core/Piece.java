package io.pithead.coordinator.artifact.core;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The part of an artifact that one request brings: {@code length} bytes from {@code from} on, of {@code total}. */
public record Piece(long from, long length, long total) {
    /** 18 digits always fit a long. */
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-(\\d{1,18})/(\\d{1,18})");

    public Piece {
        if (from < 0 || length < 0 || total < 0 || from > total - length) {
            throw new IllegalArgumentException("no piece: " + from + "+" + length + " of " + total);
        }
    }

    /**
     * What the headers of an upload say (RFC 9110 section 14.4). Empty when they contradict each other or do not say how
     * long the artifact is, which must be known before its first byte is taken.
     */
    public static Optional<Piece> of(@Nullable String contentRange, @Nullable Long contentLength) {
        if (contentRange == null) {
            return contentLength == null || contentLength < 0
                    ? Optional.empty()
                    : Optional.of(new Piece(0, contentLength, contentLength));
        }
        Matcher range = CONTENT_RANGE.matcher(contentRange);
        if (!range.matches()) {
            return Optional.empty();
        }
        long first = Long.parseLong(range.group(1));
        long last = Long.parseLong(range.group(2));
        long total = Long.parseLong(range.group(3));
        long length = last - first + 1;
        boolean whole = first <= last && last < total && (contentLength == null || contentLength == length);
        return whole ? Optional.of(new Piece(first, length, total)) : Optional.empty();
    }

    public boolean isLast() {
        return from + length == total;
    }
}
