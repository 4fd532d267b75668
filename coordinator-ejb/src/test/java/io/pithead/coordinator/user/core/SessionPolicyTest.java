package io.pithead.coordinator.user.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class SessionPolicyTest {
    private static final Instant START = Instant.parse("2026-11-01T00:00:00Z");
    private static final SessionPolicy POLICY = new SessionPolicy(Duration.ofHours(8), Duration.ofDays(7));

    @Test
    void a_session_is_over_at_the_end_of_its_idle_time() {
        Instant expires = POLICY.expiresAt(START);

        assertThat(POLICY.isLive(START, expires, START.plus(POLICY.idle()).minusMillis(1)))
                .isTrue();
        assertThat(POLICY.isLive(START, expires, START.plus(POLICY.idle()))).isFalse();
    }

    @Test
    void a_session_in_use_is_over_in_the_end() {
        Instant expires = POLICY.expiresAt(START);

        assertThat(POLICY.isLive(expires, expires, expires.minusMillis(1))).isTrue();
        assertThat(POLICY.isLive(expires, expires, expires)).isFalse();
    }
}
