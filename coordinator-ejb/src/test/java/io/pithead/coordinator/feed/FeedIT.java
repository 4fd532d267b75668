package io.pithead.coordinator.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.feed.core.FeedLimits;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobEvent;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.key.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Turns the feed by hand, on the real history. */
final class FeedIT {
    private static final FeedLimits LIMITS = new FeedLimits(4, 3);
    private static final int MAX_TURNS = 20;

    private static TestDatabase db;

    private final Set<Caller> invalid = new HashSet<>();
    private Feed feed;
    private Caller buyer;
    private UUID job;

    @BeforeAll
    static void migrate() {
        db = TestDatabase.create();
    }

    @BeforeEach
    void open() {
        feed = new Feed(db.database(), LIMITS, Duration.ofDays(1), caller -> !invalid.contains(caller));
        buyer = caller();
        job = db.job(buyer.accountId(), "{}");
    }

    @Test
    void the_past_comes_first_then_what_happens_until_the_end() throws InterruptedException {
        db.lease(job, db.node(db.account()));
        var outlet = new Recorded();
        follow(buyer, 0, outlet);
        turnUntil(outlet, 2);
        assertThat(outlet.states()).containsExactly(JobState.QUEUED, JobState.LEASED);
        db.end(job, "COMPLETED", 0);
        turnUntil(outlet, 3);
        assertThat(outlet.states()).containsExactly(JobState.QUEUED, JobState.LEASED, JobState.COMPLETED);
        assertThat(outlet.ended).isTrue();
        assertThat(feed.count()).isZero();
    }

    @Test
    void a_follower_that_comes_back_goes_on_where_it_was() throws InterruptedException {
        db.lease(job, db.node(db.account()));
        db.end(job, "FAILED", 0);
        var outlet = new Recorded();
        follow(buyer, 2, outlet);
        turnUntil(outlet, 1);
        assertThat(outlet.states()).containsExactly(JobState.FAILED);
        assertThat(feed.follow(buyer, job, 3, outlet)).isEmpty();
        assertThat(feed.count()).isZero();
    }

    @Test
    void a_transition_made_here_comes_at_once_and_only_once() throws InterruptedException {
        var outlet = new Recorded();
        follow(buyer, 0, outlet);
        turnUntil(outlet, 1);
        // only the hint can bring this one: the history does not have it yet
        feed.committed(List.of(transition(2, JobState.CANCELED), transition(2, JobState.CANCELED)));
        feed.turn();
        assertThat(outlet.states()).containsExactly(JobState.QUEUED, JobState.CANCELED);
        assertThat(outlet.ended).isTrue();
    }

    @Test
    void a_hint_that_is_ahead_of_what_was_sent_waits_for_the_history() throws InterruptedException {
        db.lease(job, db.node(db.account()));
        db.end(job, "CANCELED", 0);
        var outlet = new Recorded();
        follow(buyer, 0, outlet);
        feed.committed(List.of(transition(3, JobState.CANCELED)));
        turnUntil(outlet, 3);
        assertThat(outlet.events).extracting(JobEvent::seq).containsExactly(1, 2, 3);
    }

    @Test
    void followers_of_one_job_at_different_places_get_each_their_own() throws InterruptedException {
        db.lease(job, db.node(db.account()));
        var early = new Recorded();
        var late = new Recorded();
        follow(buyer, 0, early);
        follow(buyer, 1, late);
        turnUntil(early, 2);
        assertThat(late.states()).containsExactly(JobState.LEASED);
    }

    @Test
    void another_account_s_job_is_no_job() {
        assertThatThrownBy(() -> feed.follow(caller(), job, 0, new Recorded()))
                .isInstanceOfSatisfying(
                        CoordinatorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.JOB_NOT_FOUND));
        assertThat(feed.count()).isZero();
    }

    @Test
    void followers_are_bounded_by_key_and_in_all() {
        for (int i = 0; i < LIMITS.maxStreamsPerKey(); i++) {
            follow(buyer, 0, new Recorded());
        }
        assertThatThrownBy(() -> follow(buyer, 0, new Recorded()))
                .isInstanceOfSatisfying(
                        CoordinatorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.RATE_LIMITED));
        var colleague = new Caller(buyer.accountId(), UUID.randomUUID(), Scope.BUYER, "hint");
        Following last = follow(colleague, 0, new Recorded());
        var third = new Caller(buyer.accountId(), UUID.randomUUID(), Scope.BUYER, "hint");
        assertThatThrownBy(() -> follow(third, 0, new Recorded()))
                .isInstanceOfSatisfying(
                        CoordinatorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.UNAVAILABLE));
        last.stop();
        last.stop();
        follow(third, 0, new Recorded());
    }

    @Test
    void a_follower_that_does_not_take_its_events_is_dropped() throws InterruptedException {
        var full = new Recorded();
        full.full = true;
        var other = new Recorded();
        follow(buyer, 0, full);
        follow(buyer, 0, other);
        turnUntil(other, 1);
        assertThat(feed.count()).isOne();
    }

    @Test
    void a_key_that_goes_takes_its_followers_along() {
        var outlet = new Recorded();
        var others = new Recorded();
        follow(buyer, 0, outlet);
        follow(new Caller(buyer.accountId(), UUID.randomUUID(), Scope.BUYER, "hint"), 0, others);
        feed.revoked(Set.of(buyer.keyId()));
        assertThat(outlet.ended).isTrue();
        assertThat(others.ended).isFalse();
        assertThat(feed.count()).isOne();
    }

    @Test
    void quiet_followers_get_signs_of_life_and_lose_them_with_their_key() throws InterruptedException {
        feed = new Feed(db.database(), LIMITS, Duration.ZERO, caller -> !invalid.contains(caller));
        var outlet = new Recorded();
        follow(buyer, 1, outlet);
        for (int i = 0; i < 3; i++) {
            feed.turn();
        }
        assertThat(outlet.beats).isEqualTo(3);
        invalid.add(buyer);
        for (int i = 0; i < MAX_TURNS && !outlet.ended; i++) {
            feed.turn();
        }
        assertThat(outlet.ended).isTrue();
    }

    private Following follow(Caller caller, int afterSeq, Outlet outlet) {
        Optional<Following> following = feed.follow(caller, job, afterSeq, outlet);
        return following.orElseThrow();
    }

    private void turnUntil(Recorded outlet, int events) throws InterruptedException {
        for (int i = 0; i < MAX_TURNS && outlet.events.size() < events; i++) {
            feed.turn();
        }
    }

    private Transition transition(int seq, JobState state) {
        return new Transition(job, buyer.accountId(), seq, state, Instant.now(), "test", 0, null, null, null, false);
    }

    private static Caller caller() {
        return new Caller(db.account(), UUID.randomUUID(), Scope.BUYER, "hint");
    }

    private static final class Recorded implements Outlet {
        private final List<JobEvent> events = new ArrayList<>();
        private boolean full;
        private boolean ended;
        private int beats;

        @Override
        public boolean event(JobEvent event) {
            events.add(event);
            return !full;
        }

        @Override
        public boolean beat() {
            beats++;
            return !full;
        }

        @Override
        public void end() {
            ended = true;
        }

        private List<JobState> states() {
            return events.stream().map(JobEvent::state).toList();
        }
    }
}
