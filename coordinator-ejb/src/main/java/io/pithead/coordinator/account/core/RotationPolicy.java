package io.pithead.coordinator.account.core;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** At most two keys of one line of rotation work at a time, and none outlives what it was issued for. */
public final class RotationPolicy {
    public static final Duration MAX_GRACE = Duration.ofHours(24);

    private RotationPolicy() {}

    public static Rotation rotate(
            KeyState old, Optional<KeyState> predecessor, boolean hasSuccessor, Duration grace, Instant now) {
        if (!old.isLive(now)) {
            return new Rotation.Refused(Rotation.Reason.KEY_NOT_LIVE);
        }
        if (hasSuccessor) {
            return new Rotation.Refused(Rotation.Reason.ALREADY_ROTATED);
        }
        return new Rotation.Rotate(
                earlier(old.expiresAt(), now.plus(grace)),
                predecessor.filter(key -> key.isLive(now)).isPresent());
    }

    private static Instant earlier(@Nullable Instant expiresAt, Instant graceEnds) {
        return expiresAt != null && expiresAt.isBefore(graceEnds) ? expiresAt : graceEnds;
    }
}
