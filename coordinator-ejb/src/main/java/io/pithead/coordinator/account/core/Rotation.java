package io.pithead.coordinator.account.core;

import java.time.Instant;

/** What a rotation does to the keys that are there. */
public sealed interface Rotation {
    /** A successor is made; the old key works until the given time, its own predecessor ends now if it still works. */
    record Rotate(Instant oldEndsAt, boolean endPredecessor) implements Rotation {}

    record Refused(Reason reason) implements Rotation {}

    /** Why not. */
    enum Reason {
        KEY_NOT_LIVE,
        ALREADY_ROTATED
    }
}
