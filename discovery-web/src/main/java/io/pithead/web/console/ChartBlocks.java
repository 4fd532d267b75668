package io.pithead.web.console;

import io.pithead.coordinator.stats.StatHistory;
import io.pithead.coordinator.stats.StatPoint;
import io.pithead.coordinator.stats.core.Span;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Charts of a history, each drawn from the table behind it. */
final class ChartBlocks {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final int PERCENT = 100;

    private final StatHistory history;
    private final Span span;
    private final Map<Instant, StatPoint> points;

    private ChartBlocks(StatHistory history, Span span) {
        this.history = history;
        this.span = span;
        points = history.points().stream().collect(Collectors.toMap(StatPoint::at, Function.identity()));
    }

    /** A line of a chart. */
    private record Line(String name, Function<StatPoint, Cell> value) {}

    static List<Block.Chart> all(StatHistory history, Span span) {
        var charts = new ChartBlocks(history, span);
        return List.of(
                charts.throughput(),
                charts.success(),
                charts.times("Waiting, seconds", StatPoint::waitMs),
                charts.times("Run time, seconds", StatPoint::runMs),
                charts.queue(),
                charts.chart("Oldest waiting job, seconds", standing("oldest", it -> Cell.number(it.oldestS()))),
                charts.nodes(),
                charts.paid());
    }

    /** For the first page. */
    static List<Block.Chart> few(StatHistory history, Span span) {
        var charts = new ChartBlocks(history, span);
        return List.of(charts.throughput(), charts.queue());
    }

    private Block.Chart throughput() {
        return chart(
                "Jobs per " + span.per(),
                new Line("submitted", point -> Cell.number(point.submitted())),
                new Line("completed", point -> Cell.number(point.completed())),
                new Line("failed", point -> Cell.number(point.failed())),
                new Line("canceled", point -> Cell.number(point.canceled())));
    }

    private Block.Chart success() {
        return chart(
                "Success, percent",
                new Line("completed of those that ended", point -> decimal(point.success(), PERCENT)));
    }

    private Block.Chart times(String title, Function<StatPoint, StatPoint.@Nullable Times> which) {
        return chart(
                title,
                new Line("p50", point -> seconds(which.apply(point), StatPoint.Times::p50)),
                new Line("p95", point -> seconds(which.apply(point), StatPoint.Times::p95)),
                new Line("p99", point -> seconds(which.apply(point), StatPoint.Times::p99)));
    }

    private Block.Chart queue() {
        return chart(
                "Jobs in the queue",
                standing("mean", it -> decimal(it.queued(), 1)),
                standing("most", it -> Cell.number(it.queuedMost())));
    }

    private Block.Chart nodes() {
        return chart(
                "Nodes by state",
                standing("online", it -> decimal(it.online(), 1)),
                standing("draining", it -> decimal(it.draining(), 1)),
                standing("offline", it -> decimal(it.offline(), 1)),
                standing("banned", it -> decimal(it.banned(), 1)));
    }

    private Block.Chart paid() {
        return chart(
                "Paid to providers per " + span.per(),
                new Line("paid", point -> Cell.amount(point.paid())),
                new Line("taken back", point -> Cell.amount(point.withdrawn())));
    }

    private static Line standing(String name, Function<StatPoint.Standing, Cell> value) {
        return new Line(name, point -> {
            StatPoint.Standing standing = point.standing();
            return standing == null ? Cell.NONE : value.apply(standing);
        });
    }

    private static Cell seconds(StatPoint.@Nullable Times times, Function<StatPoint.Times, Long> which) {
        return times == null
                ? Cell.NONE
                : Cell.amount(
                        BigDecimal.valueOf(which.apply(times)).movePointLeft(3).toPlainString());
    }

    private static Cell decimal(@Nullable Double value, int factor) {
        return value == null
                ? Cell.NONE
                : Cell.amount(BigDecimal.valueOf(value * factor)
                        .setScale(1, RoundingMode.HALF_UP)
                        .toPlainString());
    }

    /** What was not counted is a gap in the line and a dash in the table. */
    private Block.Chart chart(String title, Line... lines) {
        var columns = new ArrayList<Block.Column>();
        columns.add(Block.Column.of("Time, UTC"));
        for (Line line : lines) {
            columns.add(Block.Column.right(line.name()));
        }
        var rows = new ArrayList<List<Cell>>();
        for (Instant at = history.from(); at.isBefore(history.to()); at = at.plusSeconds(history.lengthS())) {
            var row = new ArrayList<Cell>();
            row.add(new Cell.Time(at, TIME.format(at)));
            StatPoint point = points.get(at);
            for (Line line : lines) {
                row.add(point == null ? Cell.NONE : line.value().apply(point));
            }
            rows.add(row);
        }
        return new Block.Chart(
                new Block.Table(title, columns, rows, "", null),
                Paths.of(ChartsPage.ROOT + "/csv", Map.of("range", span.code())));
    }
}
