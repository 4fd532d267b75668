package io.pithead.miner.agent.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.job.JobLimits;
import java.time.Duration;
import java.time.Instant;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class PoliciesTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @Property
    void a_lease_is_never_trusted_beyond_its_true_expiry_however_wrong_the_clocks(
            @ForAll @LongRange(min = -600_000, max = 600_000) long skewMs,
            @ForAll @LongRange(min = 0, max = 30_000) long stampedAfterMs,
            @ForAll @LongRange(min = 0, max = 30_000) long transitMs,
            @ForAll @LongRange(min = 100, max = 3_600_000) long ttlMs) {
        // our clock shows NOW when the request leaves; the coordinator's shows NOW + skew at the same moment
        var timeline = new Timeline(NOW, NOW.plusMillis(skewMs + stampedAfterMs));
        Instant trueExpiry = NOW.plusMillis(stampedAfterMs + ttlMs);
        Instant received = NOW.plusMillis(stampedAfterMs + transitMs);
        LeaseTerm term = LeaseTerm.granted(received, timeline.local(NOW.plusMillis(skewMs + stampedAfterMs + ttlMs)));
        assertThat(term.trustedUntil()).isBeforeOrEqualTo(trueExpiry);
        assertThat(term.isTrusted(trueExpiry)).isFalse();
    }

    @Property
    void a_renewal_counts_from_its_sending_and_never_shortens(
            @ForAll @LongRange(min = 1_000, max = 600_000) long ttlMs,
            @ForAll @LongRange(min = 0, max = 600_000) long sentAfterMs) {
        LeaseTerm term = LeaseTerm.granted(NOW, NOW.plusMillis(ttlMs));
        Instant sent = NOW.plusMillis(sentAfterMs);
        LeaseTerm renewed = term.beaten(sent);
        assertThat(renewed.trustedUntil()).isBefore(sent.plusMillis(ttlMs));
        assertThat(renewed.trustedUntil()).isAfterOrEqualTo(term.trustedUntil());
        assertThat(renewed.beaten(NOW.minusSeconds(60))).isEqualTo(renewed);
        assertThat(renewed.ttl()).isEqualTo(term.ttl());
    }

    @Property
    void a_container_is_held_still_for_a_small_part_of_the_time_and_left_alone_no_longer_than_an_answer_may_take(
            @ForAll @LongRange(min = 0, max = 600_000) long heldMs) {
        Duration held = Duration.ofMillis(heldMs);
        Duration alone = StillPause.after(held);
        assertThat(alone).isLessThanOrEqualTo(Duration.ofSeconds(5));
        assertThat(alone.compareTo(held.multipliedBy(20)) == 0 || alone.equals(Duration.ofSeconds(5)))
                .isTrue();
    }

    @Test
    void the_margin_is_a_sixth_of_the_lease_and_at_most_ten_seconds() {
        assertThat(LeaseTerm.granted(NOW, NOW.plusSeconds(6)).trustedUntil()).isEqualTo(NOW.plusSeconds(5));
        assertThat(LeaseTerm.granted(NOW, NOW.plusSeconds(600)).trustedUntil()).isEqualTo(NOW.plusSeconds(590));
        assertThat(LeaseTerm.granted(NOW, NOW.minusSeconds(5)).isTrusted(NOW)).isFalse();
    }

    @Test
    void a_lease_is_renewed_after_a_third_of_its_time() {
        assertThat(LeaseTerm.granted(NOW, NOW.plusSeconds(60)).renewalDue()).isEqualTo(NOW.plusSeconds(20));
        assertThat(LeaseTerm.granted(NOW, NOW.plusMillis(30)).renewalDue()).isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void a_time_beyond_the_horizon_is_held_back() {
        var timeline = new Timeline(NOW, NOW);
        assertThat(timeline.local(Instant.MAX)).isEqualTo(NOW.plus(Timeline.HORIZON));
        assertThat(timeline.local(Instant.MIN)).isEqualTo(NOW.minus(Timeline.HORIZON));
        assertThat(timeline.server(NOW.plusSeconds(3))).isEqualTo(NOW.plusSeconds(3));
    }

    @Property
    void backoff_stays_between_its_floor_and_its_cap(
            @ForAll @IntRange(min = -1) int failures, @ForAll @DoubleRange(max = 0.99) double roll) {
        assertThat(Backoff.delay(failures, roll)).isBetween(Backoff.FLOOR, Backoff.CAP);
    }

    @Test
    void backoff_doubles_and_is_spread() {
        assertThat(Backoff.delay(0, 0.5)).isEqualTo(Duration.ofMillis(250));
        assertThat(Backoff.delay(3, 0.5)).isEqualTo(Duration.ofSeconds(2));
        assertThat(Backoff.delay(60, 0.5)).isEqualTo(Duration.ofSeconds(15));
    }

    @Test
    void a_result_is_kept_until_it_is_taken_or_refused_for_good() {
        assertThat(Verdict.of(200, "")).isEqualTo(Verdict.ACKNOWLEDGED);
        assertThat(Verdict.of(201, "")).isEqualTo(Verdict.ACKNOWLEDGED);
        for (int status : new int[] {0, 302, 401, 403, 408, 425, 429, 500, 503}) {
            assertThat(Verdict.of(status, "X")).isEqualTo(Verdict.AGAIN);
        }
        for (int status : new int[] {400, 404, 409, 413, 422}) {
            assertThat(Verdict.of(status, "LEASE_LOST")).isEqualTo(Verdict.REFUSED);
        }
        assertThat(Verdict.of(409, "CONFLICT_STATE")).isEqualTo(Verdict.AGAIN);
    }

    @Test
    void a_404_of_something_else_says_nothing_about_a_result_or_a_lease() {
        for (String code : new String[] {"HTTP_404", "NOT_FOUND"}) {
            assertThat(Verdict.of(404, code)).isEqualTo(Verdict.AGAIN);
            assertThat(new Trouble(404, code, Duration.ZERO).isLeaseLost()).isFalse();
        }
        assertThat(Verdict.of(404, "JOB_NOT_FOUND")).isEqualTo(Verdict.REFUSED);
        assertThat(new Trouble(404, "JOB_NOT_FOUND", Duration.ZERO).isLeaseLost())
                .isTrue();
        assertThat(new Trouble(409, "LEASE_LOST", Duration.ZERO).isLeaseLost()).isTrue();
    }

    @Test
    void a_hostile_retry_after_is_bounded() {
        assertThat(new Trouble(503, "", Duration.ofDays(9)).retryAfter()).isEqualTo(Trouble.MAX_RETRY_AFTER);
        assertThat(new Trouble(503, "", Duration.ofSeconds(-9)).retryAfter()).isZero();
    }

    @Test
    void a_pace_that_would_hammer_or_sleep_forever_is_bounded() {
        var pace = new Pace(Duration.ZERO, Duration.ofDays(3), Duration.ofDays(3));
        assertThat(pace.heartbeat()).isEqualTo(Pace.LEAST_HEARTBEAT);
        assertThat(pace.poll()).isEqualTo(Pace.MOST);
        assertThat(pace.maxWait()).isEqualTo(Pace.MOST_WAIT);
    }

    @Test
    void the_tighter_of_job_owner_and_deadline_limits_the_time() {
        var asked = new JobLimits(null, null, null, 60L);
        assertThat(JobLimitPolicy.of(asked, null, NOW, HOUR, 100).runtime()).isEqualTo(Duration.ofSeconds(60));
        assertThat(JobLimitPolicy.of(JobLimits.NONE, null, NOW, HOUR, 100).runtime())
                .isEqualTo(HOUR);
        assertThat(JobLimitPolicy.of(new JobLimits(null, null, null, 7_200L), null, NOW, HOUR, 100)
                        .runtime())
                .isEqualTo(HOUR);
        assertThat(JobLimitPolicy.of(asked, NOW.plusSeconds(5), NOW, HOUR, 100).runtime())
                .isEqualTo(Duration.ofSeconds(5));
        assertThat(JobLimitPolicy.of(asked, NOW.minusSeconds(5), NOW, HOUR, 100).runtime())
                .isZero();
    }

    @Test
    void each_limit_is_a_breach_of_its_own() {
        var limits = JobLimitPolicy.of(new JobLimits(null, 100L, 1_000L, 60L), null, NOW, HOUR, 50);
        Duration early = Duration.ofSeconds(1);
        assertThat(limits.breach(early, 100, 1_000, 1)).isEmpty();
        assertThat(limits.breach(Duration.ofSeconds(60), 1, 1, 1).orElseThrow().code())
                .isEqualTo("TIME_LIMIT");
        assertThat(limits.breach(early, 101, 1, 1).orElseThrow().code()).isEqualTo("MEMORY_LIMIT");
        assertThat(limits.breach(early, 1, 1_001, 1).orElseThrow().code()).isEqualTo("CPU_LIMIT");
        assertThat(limits.breach(early, 1, 1, 1_025).orElseThrow().code()).isEqualTo("OUTPUT_LIMIT");
        assertThat(JobLimitPolicy.of(JobLimits.NONE, null, NOW, HOUR, 50).breach(early, 51, 1, 1))
                .isPresent();
    }
}
