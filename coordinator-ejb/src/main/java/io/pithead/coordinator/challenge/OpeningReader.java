package io.pithead.coordinator.challenge;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;

/** Reads openings, which are large: no more at once than there is room for, and none beyond what its challenge allows. */
@ApplicationScoped
public class OpeningReader {
    private static final int KIB = 1_024;
    /** One of the largest there can be, or some dozens of usual ones. Read and taken apart, each takes some times as much. */
    static final int ROOM_KIB = 32 * KIB;

    private static final int RETRY_AFTER_S = 2;

    private final Semaphore free = new Semaphore(ROOM_KIB, true);

    /** Give it back when nothing of the body is held any more. */
    Room room(OptionalLong announced, int limit) {
        long length = announced.orElse(limit);
        if (length > limit) {
            throw tooLarge(limit);
        }
        int kib = Math.min(ROOM_KIB, (int) (length / KIB) + 1);
        if (!free.tryAcquire(kib)) {
            throw new CoordinatorException(
                            ErrorCode.UNAVAILABLE, "Too many openings are on their way; try again shortly.")
                    .withRetryAfter(RETRY_AFTER_S);
        }
        return new Room(kib, limit);
    }

    /** For one body. */
    final class Room implements AutoCloseable {
        private final int kib;
        private final int limit;

        private Room(int kib, int limit) {
            this.kib = kib;
            this.limit = limit;
        }

        byte[] read(InputStream body) throws IOException {
            // grows with what has come, so that a length that was only announced takes no memory
            byte[] bytes = body.readNBytes(limit + 1);
            if (bytes.length > limit) {
                throw tooLarge(limit);
            }
            return bytes;
        }

        @Override
        public void close() {
            free.release(kib);
        }
    }

    private static CoordinatorException tooLarge(int limit) {
        return new CoordinatorException(
                ErrorCode.PAYLOAD_TOO_LARGE,
                "The body is larger than an answer to this challenge can be.",
                Map.of("max_bytes", limit));
    }
}
