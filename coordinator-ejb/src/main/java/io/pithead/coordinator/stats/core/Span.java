package io.pithead.coordinator.stats.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;

/** How far back a chart goes, and how long one of its points is: under 400 of them. */
public enum Span {
    HOUR("1h", "1 hour", Duration.ofHours(1), Step.MINUTE, Duration.ofMinutes(1), "minute"),
    SIX_HOURS("6h", "6 hours", Duration.ofHours(6), Step.MINUTE, Duration.ofMinutes(5), "5 minutes"),
    DAY("24h", "24 hours", Duration.ofHours(24), Step.MINUTE, Duration.ofMinutes(10), "10 minutes"),
    WEEK("7d", "7 days", Duration.ofDays(7), Step.HOUR, Duration.ofHours(1), "hour"),
    MONTH("30d", "30 days", Duration.ofDays(30), Step.HOUR, Duration.ofHours(4), "4 hours"),
    YEAR("1y", "1 year", Duration.ofDays(365), Step.HOUR, Duration.ofDays(1), "day");

    private final String code;
    private final String title;
    private final Duration length;
    private final Step step;
    private final Duration point;
    private final String per;

    Span(String code, String title, Duration length, Step step, Duration point, String per) {
        this.code = code;
        this.title = title;
        this.length = length;
        this.step = step;
        this.point = point;
        this.per = per;
    }

    /** As it stands in an address. */
    public static Optional<Span> of(String code) {
        return Arrays.stream(values()).filter(span -> span.code.equals(code)).findFirst();
    }

    /** Whole points only: of the last one that is begun there is not all yet. */
    public Asked until(Instant now) {
        Instant end = Step.floor(now.minus(Windows.MARGIN), point);
        return new Asked(end.minus(length), end, step);
    }

    public String code() {
        return code;
    }

    public String title() {
        return title;
    }

    public Duration point() {
        return point;
    }

    /** How long a point is, in words. */
    public String per() {
        return per;
    }
}
