package io.pithead.protocol.id;

import java.security.SecureRandom;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** UUID version 7 (RFC 9562): ids sort by creation, so tables can be partitioned by id and lists need no other order. */
public final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int COUNTER_BITS = 12;

    /** Milliseconds and, in the low twelve bits, a counter that keeps ids of one process in order. */
    private static long lastTick;

    private Ids() {}

    public static synchronized UUID next(Instant now) {
        lastTick = Math.max(lastTick + 1, now.toEpochMilli() << COUNTER_BITS);
        long millis = lastTick >>> COUNTER_BITS;
        long counter = lastTick & ((1L << COUNTER_BITS) - 1);
        long high = (millis << 16) | 0x7000L | counter;
        long low = (RANDOM.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low);
    }

    /** The smallest id of an instant: the border of a dated partition. */
    public static UUID floor(Instant instant) {
        return new UUID((instant.toEpochMilli() << 16) | 0x7000L, 0x8000000000000000L);
    }

    public static Instant timeOf(UUID id) {
        return Instant.ofEpochMilli(id.getMostSignificantBits() >>> 16);
    }

    /** Empty for anything but the 36 characters of a UUID. */
    public static Optional<UUID> parse(String text) {
        if (text.length() != 36) {
            return Optional.empty();
        }
        try {
            return Optional.of(UUID.fromString(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
