package io.pithead.coordinator.feed;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.account.KeyRing;
import io.pithead.coordinator.job.TransitionSink;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Drain;
import io.pithead.coordinator.platform.Draining;
import io.pithead.coordinator.platform.Loop;
import io.pithead.coordinator.platform.Loops;
import io.pithead.coordinator.platform.Work;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Follow a job. */
@ApplicationScoped
public class FeedFacade implements TransitionSink {
    private static final Duration MAX_AGE = Duration.ofSeconds(10);
    private static final long STOP_WAIT_MS = 2_000;
    private static final Logger LOG = System.getLogger(FeedFacade.class.getName());

    @Inject
    Database database;

    @Inject
    FeedConfig config;

    @Inject
    KeyRing keys;

    @Inject
    Loops loops;

    @Inject
    Work work;

    private @Nullable Feed feed;
    private @Nullable Thread thread;
    private volatile boolean stopping;
    private volatile boolean draining;

    @PostConstruct
    void open() {
        var opened = new Feed(database, config.limits(), Feed.BEAT, this::isStillValid);
        feed = opened;
        keys.onRevoked(opened::revoked);
    }

    /** Begins to serve followers. */
    void start() {
        Loop loop = loops.register("job-feed", MAX_AGE);
        loops.onStop(this::stop);
        Thread started = work.threads().newThread(() -> run(loop));
        started.setName("pithead-job-feed");
        thread = started;
        started.start();
    }

    @PreDestroy
    void stop() {
        stopping = true;
        feed().stop();
        Thread running = thread;
        if (running == null) {
            return;
        }
        running.interrupt();
        try {
            running.join(STOP_WAIT_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Who follows here goes on elsewhere, from where it was. */
    void drain(@Observes Draining event) {
        draining = true;
        feed().stop();
    }

    /**
     * Gives the outlet every event of the account's job after {@code afterSeq}, those of the past first; the first may
     * come before this returns.
     *
     * @return empty when the job has ended and there is nothing more to tell
     */
    public Optional<Following> follow(Caller caller, UUID jobId, int afterSeq, Outlet outlet) {
        if (draining) {
            throw Drain.refusal();
        }
        return feed().follow(caller, jobId, afterSeq, outlet);
    }

    /** How many jobs are followed on this instance, each follower counted. */
    public int followers() {
        return feed().count();
    }

    @Override
    public void append(Connection connection, List<Transition> transitions) {
        // the history itself is what followers are told from
    }

    @Override
    public void committed(List<Transition> transitions) {
        feed().committed(transitions);
    }

    private void run(Loop loop) {
        boolean failing = false;
        while (!stopping) {
            try {
                feed().turn();
                loop.tick();
                failing = false;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (RuntimeException e) {
                if (!failing) {
                    LOG.log(Level.WARNING, () -> "feed.failing", e);
                }
                failing = true;
            }
        }
    }

    /** While keys cannot be checked nobody is sent away: what is revoked then is announced when they can. */
    private boolean isStillValid(Caller caller) {
        try {
            return keys.isStillValid(caller);
        } catch (CoordinatorException e) {
            return true;
        }
    }

    private Feed feed() {
        return Objects.requireNonNull(feed);
    }
}
