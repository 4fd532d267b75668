package io.pithead.coordinator.challenge;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;

/**
 * Streams that hold a thread of the server now. They are few, and one of an account: who takes its stream slowly takes nothing from
 * others, and those that flow at once share the server's line, which is not what they are to measure.
 */
final class LinePlaces {
    static final int AT_ONCE = 4;
    private static final int RETRY_SECONDS = 5;

    private final Set<UUID> accounts = new HashSet<>();

    /** Gives the place back. */
    interface Place extends AutoCloseable {
        @Override
        void close();
    }

    synchronized void requireRoom(UUID account) {
        if (accounts.contains(account) || accounts.size() >= AT_ONCE) {
            throw new CoordinatorException(ErrorCode.UNAVAILABLE, "Other streams flow now; this one's turn comes.")
                    .withRetryAfter(RETRY_SECONDS);
        }
    }

    synchronized Place enter(UUID account) {
        requireRoom(account);
        accounts.add(account);
        return () -> leave(account);
    }

    private synchronized void leave(UUID account) {
        accounts.remove(account);
    }
}
