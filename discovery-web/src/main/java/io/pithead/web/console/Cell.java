package io.pithead.web.console;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One thing shown: in a row of a table, beside a fact, on a tile. */
public sealed interface Cell {
    Cell NONE = new Absent();

    record Absent() implements Cell {}

    record Text(String text) implements Cell {}

    /** An id, a digest, an address. */
    record Code(String text) implements Cell {}

    /** @param href a path of this server, made here and never taken from what somebody sent */
    record Link(String text, String href) implements Cell {
        public Link {
            if (!href.startsWith("/") || href.startsWith("//")) {
                throw new IllegalArgumentException("a link leads to a page of this server");
            }
        }
    }

    record State(String word, Tone tone) implements Cell {}

    record Amount(String text) implements Cell {}

    record Time(Instant at, String ago) implements Cell {}

    record Several(List<Cell> cells) implements Cell {
        public Several {
            cells = List.copyOf(cells);
        }
    }

    /** @param percent 0 to 100 */
    record Meter(String label, int percent) implements Cell {}

    record Act(Form form) implements Cell {}

    static Cell text(@Nullable Object value) {
        return value == null || value.toString().isEmpty() ? NONE : new Text(value.toString());
    }

    static Cell code(@Nullable Object value) {
        return value == null ? NONE : new Code(value.toString());
    }

    static Cell amount(@Nullable String value) {
        return value == null ? NONE : new Amount(value);
    }

    static Cell number(long value) {
        return new Amount(Long.toString(value));
    }

    static Cell yes(@Nullable Boolean value) {
        return value == null ? NONE : new Text(value ? "yes" : "no");
    }

    /** The part of an id that people tell ids apart by; the whole is where it leads. */
    static Cell id(UUID id, String href) {
        return new Link(shorten(id), href);
    }

    static String shorten(UUID id) {
        String text = id.toString();
        return "…" + text.substring(text.length() - 12);
    }

    static Cell time(@Nullable Instant at) {
        return at == null ? NONE : new Time(at, ago(at, Instant.now()));
    }

    static String ago(Instant at, Instant now) {
        Duration age = Duration.between(at, now);
        boolean past = !age.isNegative();
        String span = span(age.abs());
        if (span.equals("0 s")) {
            return "now";
        }
        return past ? span + " ago" : "in " + span;
    }

    static String span(Duration span) {
        long seconds = span.toSeconds();
        if (seconds < 120) {
            return seconds + " s";
        }
        if (seconds < 7_200) {
            return seconds / 60 + " min";
        }
        if (seconds < 172_800) {
            return seconds / 3_600 + " h";
        }
        return seconds / 86_400 + " days";
    }
}
