package io.pithead.coordinator.node.core;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;

/**
 * In which of the last two hours' minutes a node was heard.
 *
 * @param from when the first of them began
 * @param minutes one character each, the oldest first: 1 heard, 0 not; none before the node registered, and the one that has just begun only
 *     when it was heard in it
 */
public record Heard(Instant from, String minutes) {
    public static final int MINUTES = 120;
    private static final int MINUTE_S = 60;
    private static final int MAX_TOLD = 5;
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm").withZone(ZoneOffset.UTC);

    /** As long as it is quiet, up to the beginning of the next minute that is not. */
    public record Silence(Instant from, Instant to) {}

    /**
     * @param bits as many as minutes, the last one that of {@code lastSeen}
     * @param since when the node registered
     */
    public static Heard of(String bits, Instant lastSeen, Instant since, Instant now) {
        if (bits.length() != MINUTES) {
            throw new IllegalArgumentException(bits.length() + " bits are not two hours");
        }
        long last = minute(lastSeen);
        long end = Math.max(minute(now) - 1, last);
        long begin = Math.max(end - MINUTES + 1, Math.min(minute(since), end));
        var minutes = new StringBuilder();
        for (long minute = begin; minute <= end; minute++) {
            long place = MINUTES - 1 - (last - minute);
            minutes.append(minute <= last && place >= 0 ? bits.charAt((int) place) : '0');
        }
        return new Heard(Instant.ofEpochSecond(begin * MINUTE_S), minutes.toString());
    }

    private static long minute(Instant at) {
        return Math.floorDiv(at.getEpochSecond(), MINUTE_S);
    }

    public List<Silence> silences() {
        var silences = new ArrayList<Silence>();
        for (int i = minutes.indexOf('0'); i >= 0; ) {
            int heard = minutes.indexOf('1', i);
            int end = heard < 0 ? minutes.length() : heard;
            silences.add(new Silence(at(i), at(end)));
            i = minutes.indexOf('0', end);
        }
        return silences;
    }

    private Instant at(int minute) {
        return from.plus(Duration.ofMinutes(minute));
    }

    /** In words; times are UTC. */
    public String told() {
        long heard = minutes.chars().filter(minute -> minute == '1').count();
        var told = new StringBuilder(
                "Heard in " + heard + " of " + minutes.length() + (minutes.length() == 1 ? " minute" : " minutes"));
        List<Silence> silences = silences();
        int more = Math.max(0, silences.size() - MAX_TOLD);
        for (Silence silence : silences.subList(more, silences.size())) {
            told.append(", silent ").append(CLOCK.format(silence.from())).append(" to ");
            told.append(CLOCK.format(silence.to()));
        }
        return told.append(more == 0 ? "" : ", and " + more + " times before that")
                .append(" (UTC).")
                .toString();
    }
}
