package io.pithead.coordinator.stats;

import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.overview.Overview;
import io.pithead.coordinator.overview.OverviewFacade;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.stats.core.Step;
import io.pithead.coordinator.stats.core.Windows;
import io.pithead.coordinator.stats.core.Windows.Window;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Counts what happened, at every instance, and forgets what is old: bounded batches, a transaction each. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class StatRounds {
    private static final Logger LOG = System.getLogger(StatRounds.class.getName());
    private static final Duration PERIOD = Duration.ofSeconds(10);
    /** An hour of many jobs is read in a batch. */
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(10);

    private static final Duration LOOK_WITHIN = Duration.ofMinutes(30);

    static final int MINUTES_AT_ONCE = 60;
    static final int HOURS_AT_ONCE = 24;
    static final int FORGOTTEN_AT_ONCE = 1_000;
    static final int MAX_BATCHES = 10;

    @Inject
    Database database;

    @Inject
    OverviewFacade overview;

    @Inject
    NodeFacade nodes;

    @Inject
    Loops loops;

    @PostConstruct
    void start() {
        loops.start("stats", PERIOD, ALLOWED_AGE, this::tick);
    }

    private void tick() {
        Instant now = database.withConnection(StatStore::now);
        sample(now, overview::stats);
        round(now, nodes.pace().offlineAfter());
    }

    /** Looks how it stands, where nobody has in this minute. */
    void sample(Instant now, Supplier<Overview.Stats> look) {
        Instant minute = Step.MINUTE.floor(now);
        if (!database.withConnection(connection -> StatStore.hasSample(connection, minute))) {
            Overview.Stats stats = look.get();
            long queued =
                    stats.queued().values().stream().mapToLong(Long::longValue).sum();
            Map<String, Long> nodes = stats.nodeStates();
            var sample = new StatStore.Sample(
                    minute,
                    queued,
                    stats.oldestQueuedS(),
                    nodes.getOrDefault("online", 0L),
                    nodes.getOrDefault("offline", 0L),
                    nodes.getOrDefault("draining", 0L),
                    nodes.getOrDefault("banned", 0L));
            database.doWithConnection(connection -> StatStore.insert(connection, sample));
        }
    }

    /** What is final by then; what a round leaves is the next one's. */
    void round(Instant now, Duration offlineAfter) {
        long left = 0;
        for (int i = 0; i < MAX_BATCHES; i++) {
            left = database.inTransaction(connection -> write(connection, now, offlineAfter));
            if (left == 0) {
                break;
            }
        }
        if (left > 0) {
            long steps = left;
            LOG.log(Level.INFO, () -> "stats.behind steps=" + steps);
        }
        for (int i = 0; i < MAX_BATCHES && forget(now) == FORGOTTEN_AT_ONCE; i++) {
            // as many again
        }
    }

    /** @return how many steps are left to be written; none while another instance writes them */
    long write(Connection connection, Instant now, Duration offlineAfter) throws SQLException {
        if (!StatStore.tryLock(connection)) {
            return 0;
        }
        Optional<Window> minutes = Windows.minutes(
                StatStore.lastMinute(connection), StatStore.oldestJob(connection), now, MINUTES_AT_ONCE);
        if (minutes.isPresent()) {
            StatStore.writeMinutes(connection, minutes.get());
        }
        Optional<Window> hours = hours(connection);
        if (hours.isPresent()) {
            StatStore.writeHours(connection, hours.get());
            DayStore.add(connection, hours.get());
            // for an hour that is long over it is too late to look
            if (Duration.between(hours.get().to(), now).compareTo(LOOK_WITHIN) < 0) {
                DayStore.look(connection, now, offlineAfter);
            }
        }
        return minutes.map(Window::left).orElse(0L) + hours.map(Window::left).orElse(0L);
    }

    private static Optional<Window> hours(Connection connection) throws SQLException {
        Instant first = StatStore.firstMinute(connection);
        Instant last = StatStore.lastMinute(connection);
        return first == null || last == null
                ? Optional.empty()
                : Windows.hours(StatStore.last(connection, Step.HOUR), first, last, HOURS_AT_ONCE);
    }

    /** Minutes that are in no hour yet stay, however old. @return how many of the largest batch */
    private int forget(Instant now) {
        return database.inTransaction(connection -> {
            Instant lastHour = StatStore.last(connection, Step.HOUR);
            if (lastHour == null) {
                return 0;
            }
            Instant counted = lastHour.plus(Step.HOUR.length());
            Instant old = now.minus(Step.MINUTE.kept());
            Instant before = old.isBefore(counted) ? old : counted;
            int minutes = StatStore.forget(connection, Step.MINUTE, before, FORGOTTEN_AT_ONCE);
            int samples = StatStore.forgetSamples(connection, before, FORGOTTEN_AT_ONCE);
            int hours = StatStore.forget(connection, Step.HOUR, now.minus(Step.HOUR.kept()), FORGOTTEN_AT_ONCE);
            int days = DayStore.forget(connection, now.minus(Step.HOUR.kept()), FORGOTTEN_AT_ONCE);
            return Math.max(Math.max(minutes, samples), Math.max(hours, days));
        });
    }
}
