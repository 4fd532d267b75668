package io.pithead.coordinator.artifact.core;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A stretch of an upload that is kept apart from the others: {@code length} bytes from {@code from} on. */
public record Kept(long from, long length) {
    public Kept {
        if (from < 0 || length < 1 || from > Long.MAX_VALUE - length) {
            throw new IllegalArgumentException("no stretch: " + from + "+" + length);
        }
    }

    public long end() {
        return from + length;
    }

    /**
     * Those that follow each other from the first byte on, without a gap. Of several that begin at the same byte the
     * longest: two servers that took the same piece both kept what they got.
     */
    public static List<Kept> chain(Collection<Kept> all) {
        Map<Long, Kept> longest = new HashMap<>();
        all.forEach(kept -> longest.merge(kept.from(), kept, (a, b) -> a.length() >= b.length() ? a : b));
        var chain = new ArrayList<Kept>();
        for (@Nullable Kept next = longest.get(0L); next != null; next = longest.get(next.end())) {
            chain.add(next);
        }
        return chain;
    }

    /** How many bytes a chain has. */
    public static long reach(List<Kept> chain) {
        return chain.isEmpty() ? 0 : chain.getLast().end();
    }
}
