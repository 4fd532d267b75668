package io.pithead.coordinator.outbox;

import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loop;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Work;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The one thread of this instance that relays. A broker that is away slows it down and fails nothing. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class RelayLoop {
    private static final Logger LOG = System.getLogger(RelayLoop.class.getName());
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(15);
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(2);
    private static final Duration STOP_WAIT = Duration.ofSeconds(5);

    @Inject
    Database database;

    @Inject
    Broker broker;

    @Inject
    Outbox outbox;

    @Inject
    Work work;

    @Inject
    Loops loops;

    @Inject
    OutboxGauges gauges;

    private volatile boolean open = true;
    private boolean failing;
    private volatile @Nullable Thread thread;

    @PostConstruct
    void start() {
        Loop loop = loops.register("outbox-relay", ALLOWED_AGE);
        loops.onStop(this::stop);
        var relay = new OutboxRelay(database, broker);
        Thread started = work.threads().newThread(() -> run(relay, loop));
        started.setName("pithead-outbox-relay");
        thread = started;
        started.start();
        gauges.start();
    }

    private void run(OutboxRelay relay, Loop loop) {
        Duration pause = TICK;
        try {
            while (open) {
                if (isWell(relay, loop)) {
                    pause = TICK;
                    outbox.awaitRows(pause);
                } else {
                    pause = longer(pause);
                    waitOut(pause);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isWell(OutboxRelay relay, Loop loop) {
        try {
            relay.relay();
        } catch (BrokerException e) {
            // the broker has said so; this loop itself is well, it waits
            loop.tick();
            return false;
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                LOG.log(Level.WARNING, "outbox.relay_failing", e);
            }
            return false;
        }
        failing = false;
        loop.tick();
        return true;
    }

    /** New rows do not shorten the wait for a broker that is away. */
    private void waitOut(Duration pause) throws InterruptedException {
        long until = System.nanoTime() + pause.toNanos();
        for (long left = pause.toNanos(); open && left > 0; left = until - System.nanoTime()) {
            outbox.awaitRows(Duration.ofNanos(left));
        }
    }

    private static Duration longer(Duration pause) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(MAX_BACKOFF) < 0 ? doubled : MAX_BACKOFF;
    }

    @PreDestroy
    void stop() {
        open = false;
        outbox.wake();
        Thread running = thread;
        if (running == null) {
            return;
        }
        try {
            if (!running.join(STOP_WAIT)) {
                running.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
