package io.pithead.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.account.Authenticated;
import io.pithead.coordinator.account.Caller;
import io.pithead.protocol.key.Scope;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class RateLimitsTest {
    private final RateLimits limits = new RateLimits();

    @Test
    void a_key_has_its_requests_and_then_waits() {
        Authenticated key = key(1, 2);

        RateLimits.Verdict first = limits.take(key);
        limits.take(key);
        RateLimits.Verdict third = limits.take(key);

        assertThat(first.allowed()).isTrue();
        assertThat(first.policy()).isEqualTo("\"key\";q=2;w=60");
        assertThat(first.state()).startsWith("\"key\";r=1;t=");
        assertThat(third.allowed()).isFalse();
        assertThat(third.state()).startsWith("\"key\";r=0;t=");
        assertThat(third.retryAfterSeconds()).isBetween(1, 30);
    }

    @Test
    void keys_do_not_share() {
        limits.take(key(1, 1));

        assertThat(limits.take(key(1, 1)).allowed()).isFalse();
        assertThat(limits.take(key(2, 1)).allowed()).isTrue();
    }

    @Test
    void a_changed_limit_holds_at_once() {
        limits.take(key(1, 1));

        assertThat(limits.take(key(1, 5)).policy()).contains("q=5");
    }

    private static Authenticated key(int number, int perMinute) {
        return new Authenticated(new Caller(new UUID(0, 0), new UUID(0, number), Scope.MINER, "hint"), perMinute);
    }
}
