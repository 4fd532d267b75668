package io.pithead.coordinator.account.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RotationPolicyTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void the_old_key_works_until_the_grace_ends() {
        assertThat(rotate(key(null, null), Optional.empty(), false))
                .isEqualTo(new Rotation.Rotate(NOW.plus(HOUR), false));
    }

    @Test
    void a_grace_never_prolongs_a_key() {
        Instant soon = NOW.plusSeconds(5);
        assertThat(rotate(key(soon, null), Optional.empty(), false)).isEqualTo(new Rotation.Rotate(soon, false));
    }

    @Test
    void a_key_is_dead_at_its_expiry_and_cannot_be_rotated() {
        assertThat(rotate(key(NOW, null), Optional.empty(), false))
                .isEqualTo(new Rotation.Refused(Rotation.Reason.KEY_NOT_LIVE));
    }

    @Test
    void a_revoked_key_cannot_be_rotated() {
        assertThat(rotate(key(null, NOW.minusSeconds(1)), Optional.empty(), false))
                .isEqualTo(new Rotation.Refused(Rotation.Reason.KEY_NOT_LIVE));
    }

    @Test
    void a_key_is_rotated_once() {
        assertThat(rotate(key(null, null), Optional.empty(), true))
                .isEqualTo(new Rotation.Refused(Rotation.Reason.ALREADY_ROTATED));
    }

    @Test
    void a_predecessor_that_still_works_ends_so_that_only_two_work() {
        assertThat(rotate(key(null, null), Optional.of(key(NOW.plusSeconds(1), null)), false))
                .isEqualTo(new Rotation.Rotate(NOW.plus(HOUR), true));
        assertThat(rotate(key(null, null), Optional.of(key(NOW, null)), false))
                .isEqualTo(new Rotation.Rotate(NOW.plus(HOUR), false));
    }

    private static Rotation rotate(KeyState old, Optional<KeyState> predecessor, boolean hasSuccessor) {
        return RotationPolicy.rotate(old, predecessor, hasSuccessor, HOUR, NOW);
    }

    private static KeyState key(@Nullable Instant expiresAt, @Nullable Instant revokedAt) {
        return new KeyState(expiresAt, revokedAt);
    }
}
