package io.pithead.web.admin;

import io.pithead.coordinator.stats.StatHistory;
import io.pithead.coordinator.stats.StatPoint;
import jakarta.ws.rs.core.Response;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A history as a spreadsheet reads it: numbers and times of this server, so nothing in it needs quotes. */
public final class StatCsv {
    public static final String MEDIA_TYPE = "text/csv";
    private static final String HEAD =
            "at,submitted,completed,failed,canceled,success,wait_p50_ms,wait_p95_ms,wait_p99_ms,"
                    + "run_p50_ms,run_p95_ms,run_p99_ms,queued,queued_most,oldest_s,online,offline,draining,banned,paid,withdrawn";

    private StatCsv() {}

    public static Response answer(StatHistory history) {
        return Response.ok(text(history))
                .type(MEDIA_TYPE + "; charset=utf-8")
                .header("Content-Disposition", "attachment; filename=\"pithead-stats.csv\"")
                .build();
    }

    static String text(StatHistory history) {
        return Stream.concat(Stream.of(HEAD), history.points().stream().map(StatCsv::line))
                .collect(Collectors.joining("\r\n", "", "\r\n"));
    }

    private static String line(StatPoint point) {
        StatPoint.Standing standing = point.standing();
        return String.join(
                ",",
                cells(
                        point.at(),
                        point.submitted(),
                        point.completed(),
                        point.failed(),
                        point.canceled(),
                        point.success()),
                times(point.waitMs()),
                times(point.runMs()),
                standing == null
                        ? ",,,,,,"
                        : cells(
                                standing.queued(),
                                standing.queuedMost(),
                                standing.oldestS(),
                                standing.online(),
                                standing.offline(),
                                standing.draining(),
                                standing.banned()),
                cells(point.paid(), point.withdrawn()));
    }

    private static String times(StatPoint.@Nullable Times times) {
        return times == null ? ",," : cells(times.p50(), times.p95(), times.p99());
    }

    private static String cells(@Nullable Object... values) {
        return Arrays.stream(values)
                .map(value -> value == null ? "" : value.toString())
                .collect(Collectors.joining(","));
    }
}
