package io.pithead.coordinator.stats.core;

import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who comes first, and by what. Of equal ones the one with more accepted work, so that an order is the same for everybody. */
public final class Leaderboard {
    /** Shares of less say little: one job of one is no success to be the first with. */
    public static final int ENOUGH = 10;

    private Leaderboard() {}

    /** How many days, today included. */
    public enum Period {
        DAY(1),
        WEEK(7),
        MONTH(30),
        YEAR(365);

        private final int days;

        Period(int days) {
            this.days = days;
        }

        public int days() {
            return days;
        }
    }

    /** What the order follows. */
    public enum By {
        ACCEPTED,
        SUCCESS,
        SPEED,
        UPTIME
    }

    /**
     * What a provider did in a period.
     *
     * @param accepted jobs of others that it was paid for
     * @param failed jobs of others that failed while it had them
     * @param looks at its nodes, each once an hour, and at how many of them the node was heard
     * @param speeds sum of its nodes' speeds at those looks, of those that were ever compared
     */
    public record Work(UUID account, long accepted, long failed, long looks, long heard, double speeds, long measured) {
        public @Nullable Double success() {
            return share(accepted, accepted + failed);
        }

        public @Nullable Double uptime() {
            return share(heard, looks);
        }

        public @Nullable Double speed() {
            return share(speeds, measured);
        }

        private @Nullable Double by(By by) {
            return switch (by) {
                case ACCEPTED -> Double.valueOf(accepted);
                case SUCCESS -> success();
                case SPEED -> speed();
                case UPTIME -> uptime();
            };
        }
    }

    private static @Nullable Double share(double part, long whole) {
        return whole == 0 ? null : part / whole;
    }

    /** The first of them; without accepted work nobody is listed, and by a share nobody with less than enough. */
    public static List<Work> rank(List<Work> providers, By by, int most) {
        return providers.stream()
                .filter(one -> one.accepted() >= (by == By.ACCEPTED ? 1 : ENOUGH) && one.by(by) != null)
                .sorted(Comparator.<Work>comparingDouble(one -> -value(one, by))
                        .thenComparing(Comparator.comparingLong(Work::accepted).reversed())
                        .thenComparing(Work::account))
                .limit(most)
                .toList();
    }

    private static double value(Work one, By by) {
        Double value = one.by(by);
        return value == null ? 0 : value;
    }
}
