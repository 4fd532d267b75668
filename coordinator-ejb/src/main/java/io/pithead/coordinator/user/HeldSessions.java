package io.pithead.coordinator.user;

import io.pithead.coordinator.user.SessionStore.SessionRow;
import io.pithead.coordinator.user.core.SessionPolicy;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The sessions in memory, bounded, each with the revision of people that was known before it was read. */
final class HeldSessions {
    static final int MAX = 10_000;
    private static final int EVICTED = MAX / 10;

    private final Map<ByteBuffer, Held> byDigest = new ConcurrentHashMap<>();

    static final class Held {
        private final SessionRow row;
        private final String csrf;
        private final long revision;
        private volatile Instant usedAt;
        private volatile boolean written = true;

        private Held(SessionRow row, String csrf, long revision, Instant usedAt) {
            this.row = row;
            this.csrf = csrf;
            this.revision = revision;
            this.usedAt = usedAt;
        }

        long revision() {
            return revision;
        }

        boolean isLive(SessionPolicy policy, Instant now) {
            return policy.isLive(usedAt, row.expiresAt(), now);
        }

        void use(Instant now) {
            usedAt = now;
            written = false;
        }

        Visitor visitor(String address) {
            return HeldSessions.visitor(row, csrf, address);
        }
    }

    static Visitor visitor(SessionRow row, String csrf, String address) {
        return new Visitor(
                row.user(),
                row.name(),
                row.id(),
                row.memberships(),
                Objects.requireNonNull(row.operator(), "a server that has started has an operator's account"),
                row.createdAt(),
                csrf,
                address);
    }

    @Nullable
    Held get(byte[] sha256) {
        return byDigest.get(ByteBuffer.wrap(sha256));
    }

    /** What was just read, in place of what was held; nothing when it is gone. A use that was not written yet is kept. */
    @Nullable
    Held renew(Token token, @Nullable SessionRow row, long revision) {
        ByteBuffer digest = ByteBuffer.wrap(token.sha256());
        if (row == null) {
            byDigest.remove(digest);
            return null;
        }
        if (byDigest.size() >= MAX) {
            evict();
        }
        return byDigest.compute(digest, (key, old) -> {
            boolean usedHere = old != null && old.usedAt.isAfter(row.lastSeenAt());
            var fresh = new Held(row, token.csrf(), revision, usedHere ? old.usedAt : row.lastSeenAt());
            fresh.written = old == null || old.written;
            return fresh;
        });
    }

    void remove(UUID session) {
        byDigest.values().removeIf(one -> one.row.id().equals(session));
    }

    /** Those used since the last call. */
    Map<UUID, Instant> takeSeen() {
        var seen = new HashMap<UUID, Instant>();
        for (Held one : byDigest.values()) {
            if (!one.written) {
                one.written = true;
                seen.put(one.row.id(), one.usedAt);
            }
        }
        return seen;
    }

    private void evict() {
        Iterator<Held> all = byDigest.values().iterator();
        for (int i = 0; i < EVICTED && all.hasNext(); i++) {
            all.next();
            all.remove();
        }
    }
}
