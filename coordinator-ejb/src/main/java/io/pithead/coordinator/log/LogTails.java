package io.pithead.coordinator.log;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.account.KeyRing;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Drain;
import io.pithead.coordinator.platform.Draining;
import io.pithead.coordinator.platform.Loops;
import io.pithead.protocol.error.ErrorCode;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Gives readers the output of jobs as it comes. One thread, one query a pass for all of them; who is slow is not read for. While
 * much comes and somebody takes it, pass follows pass: of a long output only the two ends are kept, and a reader that looked
 * seldom would miss what is between them.
 */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class LogTails {
    private static final Duration PERIOD = Duration.ofMillis(250);
    private static final long MAX_ROUND_NANOS = Duration.ofSeconds(5).toNanos();
    /** Output that has not gone on for so long is no fast one any more, and a connection still busy with a stretch a slow one. */
    private static final long TAKEN_NANOS = Duration.ofMillis(250).toNanos();

    private static final long TAKEN_SOON_NANOS = Duration.ofMillis(5).toNanos();
    private static final Duration ALLOWED_AGE = Duration.ofSeconds(30);
    private static final Duration BEAT = Duration.ofSeconds(15);
    /** The miner is asked for output as long as this is repeated. */
    private static final Duration FOLLOW = Duration.ofSeconds(10);

    /** One key cannot take the place of all others. */
    private static final int MAX_PER_KEY = 64;

    private static final int MAX_STRETCH = 64 * 1024;
    /** Of output that comes in such stretches the next one is looked for at once. */
    private static final int MUCH = MAX_STRETCH / 2;

    private static final int RETRY_SECONDS = 5;

    @Inject
    Database database;

    @Inject
    LogFacade logs;

    @Inject
    LogConfig config;

    @Inject
    LogFollowers followers;

    @Inject
    KeyRing keys;

    @Inject
    Loops loops;

    private final Set<Tail> tails = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    /** One reader. What changes belongs to the loop's thread. */
    private static final class Tail {
        final Caller caller;
        final UUID job;
        final LogOutlet outlet;
        long offset;
        int attempt;
        long spokeNanos = System.nanoTime();
        long givenNanos = spokeNanos - TAKEN_NANOS;
        long askedNanos = spokeNanos - FOLLOW.toNanos();

        Tail(Caller caller, UUID job, int attempt, long offset, LogOutlet outlet) {
            this.caller = caller;
            this.job = job;
            this.attempt = attempt;
            this.offset = offset;
            this.outlet = outlet;
        }
    }

    /** What there is of a job. */
    private record Known(int attempt, long size, boolean ended) {}

    @PostConstruct
    void open() {
        loops.start("log-tails", PERIOD, ALLOWED_AGE, this::round);
        keys.onRevoked(gone -> tails.stream()
                .filter(tail -> gone.contains(tail.caller.keyId()))
                .forEach(this::dismiss));
    }

    @PreDestroy
    void stop() {
        tails.forEach(this::dismiss);
    }

    /** Who reads here goes on elsewhere, from where it was. */
    public void drain(@Observes Draining event) {
        draining = true;
        stop();
    }

    /**
     * Gives the outlet the account's job's output from {@code offset} of an attempt on, and that of later attempts, until the
     * job has ended.
     *
     * @param attempt 0 for the newest
     * @return what to run when the reader is gone
     */
    public Runnable follow(Caller caller, UUID job, int attempt, long offset, LogOutlet outlet) {
        if (draining) {
            throw Drain.refusal();
        }
        LogText first = logs.read(caller.accountId(), job, OptionalInt.empty(), 0, 1);
        if (tails.size() >= config.maxReaders()) {
            throw new CoordinatorException(ErrorCode.UNAVAILABLE, "This server has as many readers as it can serve.")
                    .withRetryAfter(RETRY_SECONDS);
        }
        UUID key = caller.keyId();
        if (tails.stream().filter(one -> one.caller.keyId().equals(key)).count() >= MAX_PER_KEY) {
            throw new CoordinatorException(
                            ErrorCode.RATE_LIMITED,
                            "This key follows as many logs as it may.",
                            Map.of("max_readers", MAX_PER_KEY))
                    .withRetryAfter(RETRY_SECONDS);
        }
        var tail = new Tail(caller, job, attempt == 0 ? first.attempt() : attempt, offset, outlet);
        tails.add(tail);
        return () -> tails.remove(tail);
    }

    public int readers() {
        return tails.size();
    }

    void round() {
        long end = System.nanoTime() + MAX_ROUND_NANOS;
        long turn = System.nanoTime() + PERIOD.toNanos();
        List<Tail> busy = pass(tails);
        while (!busy.isEmpty()
                && System.nanoTime() < end
                && !Thread.currentThread().isInterrupted()) {
            // the others have their turn as often as if nobody were busy, and cost nothing in between
            boolean all = System.nanoTime() > turn;
            turn = all ? System.nanoTime() + PERIOD.toNanos() : turn;
            busy = pass(all ? tails : busy);
        }
    }

    /** @return those for whom the next pass should follow at once */
    private List<Tail> pass(Collection<Tail> some) {
        if (some.isEmpty()) {
            return List.of();
        }
        Set<UUID> jobs = ConcurrentHashMap.newKeySet();
        some.forEach(tail -> jobs.add(tail.job));
        Map<UUID, Known> known = database.withConnection(connection -> known(connection, jobs));
        boolean given = false;
        var busy = new ArrayList<Tail>();
        for (Tail tail : some) {
            try {
                given |= serve(tail, known.getOrDefault(tail.job, new Known(0, 0, true)));
                if (tails.contains(tail) && System.nanoTime() - tail.givenNanos < TAKEN_NANOS) {
                    busy.add(tail);
                }
            } catch (CoordinatorException e) {
                // its job is gone: no reason to stop for the others
                dismiss(tail);
            }
        }
        if (!busy.isEmpty() && !given) {
            LockSupport.parkNanos(TAKEN_SOON_NANOS);
        }
        return busy;
    }

    /** @return whether it was given a stretch */
    private boolean serve(Tail tail, Known known) {
        long now = System.nanoTime();
        if (tail.outlet.isBehind()) {
            beat(tail, now);
            return false;
        }
        if (tail.attempt == 0) {
            tail.attempt = known.attempt;
        }
        if (tail.attempt > 0 && (tail.attempt < known.attempt || tail.offset < known.size)) {
            LogText text = logs.read(
                    tail.caller.accountId(), tail.job, OptionalInt.of(tail.attempt), tail.offset, MAX_STRETCH);
            if (text.text().length > 0) {
                tail.offset = text.nextOffset();
                tail.spokeNanos = now;
                if (text.text().length >= MUCH) {
                    tail.givenNanos = now;
                }
                if (!tail.outlet.stretch(text.stretch())) {
                    tails.remove(tail);
                }
                return true;
            }
            if (tail.attempt < known.attempt) {
                tail.attempt++;
                tail.offset = 0;
                return false;
            }
        }
        if (known.ended && tail.attempt >= known.attempt && tail.offset >= known.size) {
            dismiss(tail);
            return false;
        }
        if (now - tail.askedNanos >= FOLLOW.toNanos()) {
            tail.askedNanos = now;
            followers.following(tail.caller.accountId(), tail.job);
        }
        beat(tail, now);
        return false;
    }

    private void beat(Tail tail, long now) {
        if (now - tail.spokeNanos < BEAT.toNanos()) {
            return;
        }
        tail.spokeNanos = now;
        if (!keys.isStillValid(tail.caller)) {
            dismiss(tail);
        } else if (!tail.outlet.beat()) {
            tails.remove(tail);
        }
    }

    private void dismiss(Tail tail) {
        tails.remove(tail);
        tail.outlet.end();
    }

    private static Map<UUID, Known> known(Connection connection, Collection<UUID> jobs) throws SQLException {
        try (var select = connection.prepareStatement("""
                select j.id, j.finished_at is not null as ended, coalesce(l.attempt, 0) as attempt, coalesce(l.size, 0) as size
                  from job j left join lateral (
                       select attempt, at_offset + octet_length(data) as size from job_log
                        where job_id = j.id order by lease desc, at_offset desc limit 1) l on true
                 where j.id = any(?)
                """)) {
            new Columns(connection, select).uuids(List.copyOf(jobs), id -> id);
            var known = new HashMap<UUID, Known>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    known.put(
                            Columns.uuid(row, "id"),
                            new Known(row.getInt("attempt"), row.getLong("size"), row.getBoolean("ended")));
                }
            }
            return known;
        }
    }
}
