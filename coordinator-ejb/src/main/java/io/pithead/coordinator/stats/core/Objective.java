package io.pithead.coordinator.stats.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an operator means to keep to, and whether it did.
 *
 * @param unit of the target and the values: SHARE is from 0 to 1, and as much at least; MS and S are as long at most
 * @param hour the last whole one; absent where there was nothing to measure
 * @param day the last 24 hours
 */
public record Objective(
        String name,
        Unit unit,
        double target,
        @Nullable Measured hour,
        @Nullable Measured day) {
    public enum Unit {
        SHARE,
        MS,
        S
    }

    public record Measured(double value, boolean met) {}

    /**
     * What is meant.
     *
     * @param success completed of the completed and the failed
     * @param waitMs that one job in twenty waits longer than
     * @param oldestS that no job waits longer than
     * @param online nodes heard of those that are neither banned nor draining
     * @param watched minutes in which an instance ran
     */
    public record Targets(double success, long waitMs, long oldestS, double online, double watched) {}

    private static final double WAIT_SHARE = 0.95;

    public static List<Objective> of(Targets targets, List<Rollup> hour, List<Rollup> day) {
        var found = new ArrayList<Objective>();
        found.add(of("success", Unit.SHARE, targets.success(), hour, day, Objective::success));
        found.add(of(
                "wait_p95",
                Unit.MS,
                targets.waitMs(),
                hour,
                day,
                all -> all.waits().percentile(WAIT_SHARE)));
        found.add(of("oldest_waiting", Unit.S, targets.oldestS(), hour, day, Objective::oldest));
        found.add(of("nodes_online", Unit.SHARE, targets.online(), hour, day, Objective::online));
        found.add(new Objective(
                "watched",
                Unit.SHARE,
                targets.watched(),
                watched(targets.watched(), hour),
                watched(targets.watched(), day)));
        return List.copyOf(found);
    }

    private static Objective of(
            String name,
            Unit unit,
            double target,
            List<Rollup> hour,
            List<Rollup> day,
            Function<Rollup, OptionalDouble> measure) {
        return new Objective(
                name, unit, target, measured(unit, target, hour, measure), measured(unit, target, day, measure));
    }

    private static @Nullable Measured measured(
            Unit unit, double target, List<Rollup> all, Function<Rollup, OptionalDouble> measure) {
        Optional<Rollup> sum = all.stream().reduce(Rollup::plus);
        OptionalDouble value = sum.isPresent() ? measure.apply(sum.get()) : OptionalDouble.empty();
        return value.isPresent() ? measured(unit, target, value.getAsDouble()) : null;
    }

    private static Measured measured(Unit unit, double target, double value) {
        return new Measured(value, unit == Unit.SHARE ? value >= target : value <= target);
    }

    /** Each minute since the first one counted has a row, also where nobody looked. */
    private static @Nullable Measured watched(double target, List<Rollup> minutes) {
        if (minutes.isEmpty()) {
            return null;
        }
        double looked = minutes.stream().filter(one -> one.looks().count() > 0).count();
        return measured(Unit.SHARE, target, looked / minutes.size());
    }

    private static OptionalDouble success(Rollup all) {
        return share(all.completed(), all.completed() + all.failed());
    }

    private static OptionalDouble oldest(Rollup all) {
        return all.looks().count() == 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(all.looks().oldestS());
    }

    private static OptionalDouble online(Rollup all) {
        return share(all.looks().online(), all.looks().online() + all.looks().offline());
    }

    private static OptionalDouble share(long part, long whole) {
        return whole == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) part / whole);
    }
}
