package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.log.LogRing;
import io.pithead.miner.log.LogShipper;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Sends an attempt's output as it comes, while somebody wants it. */
final class LogFollowing {
    private static final Duration IDLE = Duration.ofMillis(250);
    private static final Duration LATER = Duration.ofSeconds(2);

    private final CoordinatorApi api;
    private final Attempt attempt;
    private final LogRing ring;
    private @Nullable Thread thread;

    LogFollowing(CoordinatorApi api, Attempt attempt, LogRing ring) {
        this.api = api;
        this.attempt = attempt;
        this.ring = ring;
    }

    synchronized void want(boolean wanted) {
        Thread running = thread;
        if (wanted && (running == null || !running.isAlive())) {
            thread = Thread.ofVirtual().name("follow-" + attempt).start(this::ship);
        }
        if (!wanted && running != null) {
            running.interrupt();
            thread = null;
        }
    }

    private void ship() {
        var shipper = new LogShipper(api, attempt.job(), attempt.lease(), ring);
        try {
            while (true) {
                switch (shipper.round()) {
                    case SENT -> {}
                    case NOTHING_TO_SEND -> Thread.sleep(IDLE);
                    case LATER -> Thread.sleep(LATER);
                    case REFUSED -> {
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            // nobody follows any more
        }
    }
}
