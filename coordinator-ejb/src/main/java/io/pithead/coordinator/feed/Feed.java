package io.pithead.coordinator.feed;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.feed.core.FeedLimits;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobEvent;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** The followers of one instance and what moves them; {@link #turn} is called again and again by one thread. */
final class Feed {
    static final Duration POLL = Duration.ofMillis(500);
    static final Duration BEAT = Duration.ofSeconds(15);

    /** Hints that wait for the feed's thread; what does not fit is found by the next poll. */
    private static final int MAX_HINTS = 10_000;

    /** Rows of one poll; when there are more the next poll follows at once. */
    private static final int MAX_ROWS = 10_000;

    /** A hint that says no more than: look now. */
    private static final Hint LOOK = new Hint(new UUID(0, 0), List.of());

    private static final Logger LOG = System.getLogger(Feed.class.getName());

    private final Database database;
    private final Predicate<Caller> isStillValid;
    private final Duration beat;
    private final Followers followers;
    private final BlockingQueue<Hint> hints = new LinkedBlockingQueue<>(MAX_HINTS);
    private long polledNanos = System.nanoTime() - POLL.toNanos();
    private boolean pollNow;

    private record Hint(UUID jobId, List<JobEvent> events) {}

    Feed(Database database, FeedLimits limits, Duration beat, Predicate<Caller> isStillValid) {
        this.database = database;
        this.followers = new Followers(limits);
        this.beat = beat;
        this.isStillValid = isStillValid;
    }

    /** Empty when the job has ended and the follower has seen all of it. */
    Optional<Following> follow(Caller caller, UUID jobId, int afterSeq, Outlet outlet) {
        FeedStore.Place place = database.withConnection(c -> FeedStore.place(c, caller.accountId(), jobId))
                .orElseThrow(() -> new CoordinatorException(ErrorCode.JOB_NOT_FOUND, "There is no such job."));
        if (place.ended() && afterSeq >= place.lastSeq()) {
            return Optional.empty();
        }
        var follower = new Follower(jobId, caller, afterSeq, outlet, System.nanoTime());
        followers.add(follower);
        hint(LOOK);
        return Optional.of(() -> followers.remove(follower));
    }

    /** After a commit of this instance, on the thread that committed: the work is left to the feed's own. */
    void committed(List<Transition> transitions) {
        if (followers.count() == 0) {
            return;
        }
        for (Transition transition : transitions) {
            if (followers.isFollowed(transition.jobId())) {
                hint(new Hint(transition.jobId(), List.of(event(transition))));
            }
        }
    }

    void revoked(Set<UUID> keys) {
        followers.where(follower -> keys.contains(follower.caller.keyId())).forEach(this::dismiss);
    }

    void stop() {
        followers.all().forEach(this::dismiss);
    }

    int count() {
        return followers.count();
    }

    /** Waits for a hint or the time of the next poll, and serves whoever that concerns. */
    void turn() throws InterruptedException {
        long wait = pollNow ? 0 : polledNanos + POLL.toNanos() - System.nanoTime();
        Hint hint = hints.poll(Math.max(0, wait), TimeUnit.NANOSECONDS);
        for (int taken = 0; hint != null && taken < MAX_HINTS; taken++) {
            take(hint);
            hint = hints.poll();
        }
        long now = System.nanoTime();
        if (pollNow || now - polledNanos >= POLL.toNanos()) {
            polledNanos = now;
            pollNow = false;
            poll();
            beat(now);
        }
    }

    private void hint(Hint hint) {
        if (!hints.offer(hint)) {
            LOG.log(Level.DEBUG, () -> "feed.hint_dropped job=" + hint.jobId());
        }
    }

    private void take(Hint hint) {
        if (hint.events().isEmpty()) {
            pollNow = true;
            return;
        }
        followers.of(hint.jobId()).forEach(follower -> offer(follower, hint.events()));
    }

    private void poll() {
        var lastSeqs = new LinkedHashMap<UUID, Integer>();
        List<Follower> all = followers.all();
        all.forEach(follower -> lastSeqs.merge(follower.jobId, follower.lastSeq(), Math::min));
        if (lastSeqs.isEmpty()) {
            return;
        }
        Map<UUID, List<JobEvent>> news = database.withConnection(c -> FeedStore.after(c, lastSeqs, MAX_ROWS));
        pollNow = news.values().stream().mapToInt(List::size).sum() == MAX_ROWS;
        for (Follower follower : all) {
            offer(follower, news.getOrDefault(follower.jobId, List.of()));
        }
    }

    private void offer(Follower follower, List<JobEvent> events) {
        if (!follower.offer(events, System.nanoTime())) {
            followers.remove(follower);
        }
    }

    private void beat(long now) {
        for (Follower follower : followers.where(each -> each.isBeatDue(now - beat.toNanos()))) {
            if (!isStillValid.test(follower.caller)) {
                dismiss(follower);
            } else if (!follower.beat(now)) {
                followers.remove(follower);
            }
        }
    }

    private void dismiss(Follower follower) {
        followers.remove(follower);
        follower.end();
    }

    private static JobEvent event(Transition transition) {
        return new JobEvent(
                transition.seq(),
                transition.state(),
                transition.at(),
                transition.actor(),
                transition.attempt(),
                transition.lease(),
                transition.reason());
    }
}
