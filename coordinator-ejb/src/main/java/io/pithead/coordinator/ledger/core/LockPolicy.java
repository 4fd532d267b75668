package io.pithead.coordinator.ledger.core;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;

/** What may become of pay inside the lock window: it matures at its time, or is withdrawn before. */
public final class LockPolicy {
    private LockPolicy() {}

    /** What one receipt pays, while it lies in its provider's pending pot. */
    public record Locked(UUID job, int slice, UUID buyer, UUID provider, BigInteger amount, Instant maturesAt) {
        /** From then on it is the provider's, whether or not somebody has moved it already. */
        public boolean isMature(Instant now) {
            return !now.isBefore(maturesAt);
        }
    }

    /** What of this can still be withdrawn. */
    public static List<Locked> withdrawable(Collection<Locked> locked, Instant now) {
        return locked.stream().filter(pay -> !pay.isMature(now)).toList();
    }
}
