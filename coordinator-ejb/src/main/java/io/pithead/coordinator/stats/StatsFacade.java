package io.pithead.coordinator.stats;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.stats.core.Asked;
import io.pithead.coordinator.stats.core.Objective;
import io.pithead.coordinator.stats.core.Rollup;
import io.pithead.coordinator.stats.core.Span;
import io.pithead.coordinator.stats.core.Step;
import io.pithead.protocol.error.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** How it was over time, for the operator: what was counted once is read, and no row of a job. */
@ApplicationScoped
public class StatsFacade {
    /** However many look at a chart, it is read so often. */
    private static final Duration CHART_AGE = Duration.ofSeconds(20);

    @Inject
    Database database;

    @Inject
    ObjectivesConfig objectives;

    private final ReentrantLock drawing = new ReentrantLock();
    private final Map<Span, Drawn> charts = new EnumMap<>(Span.class);

    private List<Objective> judged = List.of();
    private Instant judgedAt = Instant.EPOCH;

    private record Drawn(StatHistory history, Instant at) {}

    /** From then until then; what is missing is the last day. */
    public StatHistory history(@Nullable Instant from, @Nullable Instant to, @Nullable Step step) {
        Asked asked = Asked.of(from, to, step, Instant.now());
        if (!asked.problems().isEmpty()) {
            throw new CoordinatorException(
                    ErrorCode.INVALID_PAYLOAD, "This time cannot be shown so.", asked.problems());
        }
        return read(asked, asked.step().length());
    }

    /** As a chart has it. */
    public StatHistory chart(Span span) {
        drawing.lock();
        try {
            Drawn drawn = charts.get(span);
            Instant now = Instant.now();
            if (drawn == null || drawn.at().plus(CHART_AGE).isBefore(now)) {
                drawn = new Drawn(read(span.until(now), span.point()), now);
                charts.put(span, drawn);
            }
            return drawn.history();
        } finally {
            drawing.unlock();
        }
    }

    /** What is meant, and whether it was so in the last hour and day; as fresh as a chart. */
    public List<Objective> objectives() {
        drawing.lock();
        try {
            Instant now = Instant.now();
            if (judgedAt.plus(CHART_AGE).isBefore(now)) {
                Asked day = Span.DAY.until(now);
                Asked hour = Span.HOUR.until(now);
                List<Rollup> minutes = rollups(new Asked(day.from(), hour.to(), Step.MINUTE));
                judged = Objective.of(
                        objectives.targets(),
                        minutes.stream()
                                .filter(one -> !one.at().isBefore(hour.from()))
                                .toList(),
                        minutes);
                judgedAt = now;
            }
            return judged;
        } finally {
            drawing.unlock();
        }
    }

    private List<Rollup> rollups(Asked asked) {
        return database.withConnection(
                connection -> StatStore.read(connection, asked.step(), asked.from(), asked.to(), Asked.MAX_POINTS + 1));
    }

    private StatHistory read(Asked asked, Duration length) {
        List<Rollup> rollups = rollups(asked);
        return new StatHistory(
                asked.from(),
                asked.to(),
                asked.step(),
                length.toSeconds(),
                Rollup.merge(rollups, length).stream().map(StatPoint::of).toList());
    }
}
