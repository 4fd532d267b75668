package io.pithead.coordinator.webhook;

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
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The loop thread of this instance's webhooks and the threads that call. */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class WebhookSender {
    private static final Logger LOG = System.getLogger(WebhookSender.class.getName());
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration PAUSE_WHILE_BUSY = Duration.ofMillis(100);
    private static final Duration ALLOWED_AGE = Duration.ofMinutes(2);
    private static final Duration STOP_WAIT = Duration.ofSeconds(5);
    private static final long IDLE_THREAD_S = 30;

    @Inject
    Database database;

    @Inject
    WebhookConfig config;

    @Inject
    WebhookSecrets secrets;

    @Inject
    WebhookQueue queue;

    @Inject
    Work work;

    @Inject
    Loops loops;

    private volatile boolean open = true;
    private volatile @Nullable Thread thread;
    private @Nullable ThreadPoolExecutor callers;
    private @Nullable HttpCaller http;
    private boolean failing;

    @PostConstruct
    void start() {
        Loop loop = loops.register("webhook-sender", ALLOWED_AGE);
        loops.onStop(this::stop);
        var calling = new ThreadPoolExecutor(
                0, CallsInFlight.TOTAL, IDLE_THREAD_S, TimeUnit.SECONDS, new SynchronousQueue<>(), work.threads());
        HttpCaller caller = HttpCaller.of(config);
        callers = calling;
        http = caller;
        var deliveries = new DeliveryLoop(
                database,
                secrets,
                config,
                caller,
                calling,
                queue::look,
                InstantSource.system(),
                () -> ThreadLocalRandom.current().nextDouble());
        Thread started = work.threads().newThread(() -> run(deliveries, loop));
        started.setName("pithead-webhook-sender");
        thread = started;
        started.start();
    }

    private void run(DeliveryLoop deliveries, Loop loop) {
        try {
            while (open) {
                boolean more = goRound(deliveries, loop);
                queue.await(more ? PAUSE_WHILE_BUSY : TICK);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean goRound(DeliveryLoop deliveries, Loop loop) {
        try {
            boolean more = deliveries.round();
            loop.tick();
            failing = false;
            return more;
        } catch (RuntimeException e) {
            if (!failing) {
                failing = true;
                LOG.log(Level.WARNING, "webhook.sender_failing", e);
            }
            return false;
        }
    }

    /** Calls under way are cut off; their claims run out and the streams are due again. */
    @PreDestroy
    void stop() {
        open = false;
        queue.look();
        Thread running = thread;
        try {
            if (running != null && !running.join(STOP_WAIT)) {
                running.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (callers != null) {
            callers.shutdownNow();
        }
        if (http != null) {
            try {
                http.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "webhook.client_not_closed", e);
            }
        }
    }
}
