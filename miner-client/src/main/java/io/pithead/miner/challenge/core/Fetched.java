package io.pithead.miner.challenge.core;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What was fetched for challenges of the line within a day. */
public record Fetched(List<Once> all) {
    public static final Fetched NOTHING = new Fetched(List.of());
    private static final Duration DAY = Duration.ofDays(1);

    public Fetched {
        all = List.copyOf(all);
    }

    record Once(Instant at, int mib) {}

    /** What is older than a day goes. */
    public Fetched with(int mib, Instant now) {
        var today = new ArrayList<>(today(now));
        today.add(new Once(now, mib));
        return new Fetched(today);
    }

    public long mib(Instant now) {
        return today(now).stream().mapToLong(Once::mib).sum();
    }

    private List<Once> today(Instant now) {
        return all.stream().filter(one -> one.at().isAfter(now.minus(DAY))).toList();
    }
}
