package io.pithead.coordinator.account;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The keys in memory, bounded. Reading takes no lock; what is put is refused when a change was seen meanwhile. */
final class KeyCache {
    /** A tenth goes at a time, so that a full cache does not evict on every miss. */
    private static final int EVICTED_PART = 10;

    private final int maxKnown;
    private final int maxUnknown;
    private final Map<KeyDigest, Held> known = new ConcurrentHashMap<>();
    private final Map<UUID, Held> byId = new ConcurrentHashMap<>();
    private final Set<KeyDigest> unknown = ConcurrentHashMap.newKeySet();
    private final Object changes = new Object();
    private long generation;

    /** A key and when it was last used; the use outlives a reload. */
    static final class Held {
        final KeyDigest digest;
        volatile KnownKey key;
        private volatile long usedAtMillis;

        Held(KeyDigest digest, KnownKey key) {
            this.digest = digest;
            this.key = key;
        }

        void use(long nowMillis) {
            usedAtMillis = nowMillis;
        }
    }

    KeyCache(int maxKnown, int maxUnknown) {
        this.maxKnown = maxKnown;
        this.maxUnknown = maxUnknown;
    }

    long generation() {
        synchronized (changes) {
            return generation;
        }
    }

    @Nullable
    Held get(KeyDigest digest) {
        return known.get(digest);
    }

    @Nullable
    Held get(UUID keyId) {
        return byId.get(keyId);
    }

    boolean isUnknown(KeyDigest digest) {
        return unknown.contains(digest);
    }

    /** @param seen the generation before the look-up began */
    Held put(KeyDigest digest, KnownKey key, long seen) {
        var held = new Held(digest, key);
        synchronized (changes) {
            if (seen != generation) {
                return held;
            }
            if (known.size() >= maxKnown) {
                evict();
            }
            Held other = known.putIfAbsent(digest, held);
            if (other != null) {
                return other;
            }
            byId.put(key.caller().keyId(), held);
        }
        return held;
    }

    void putUnknown(KeyDigest digest, long seen) {
        synchronized (changes) {
            if (seen != generation) {
                return;
            }
            if (unknown.size() >= maxUnknown) {
                unknown.clear();
            }
            unknown.add(digest);
        }
    }

    /** Something changed: from here on no look-up that began earlier is kept. */
    Collection<KeyDigest> beginReload() {
        synchronized (changes) {
            generation++;
            unknown.clear();
            return List.copyOf(known.keySet());
        }
    }

    /** @return the ids of the keys that are gone */
    Set<UUID> reload(Collection<KeyDigest> asked, Map<KeyDigest, KnownKey> found) {
        var gone = new HashSet<UUID>();
        synchronized (changes) {
            for (KeyDigest digest : asked) {
                Held held = known.get(digest);
                if (held == null) {
                    continue;
                }
                Optional.ofNullable(found.get(digest)).ifPresentOrElse(key -> held.key = key, () -> {
                    remove(held);
                    gone.add(held.key.caller().keyId());
                });
            }
        }
        return gone;
    }

    /** Key ids and the milliseconds at which each was last used, for those used at or after the given time. */
    Map<UUID, Long> usedSince(long millis) {
        var used = new HashMap<UUID, Long>();
        byId.forEach((id, held) -> {
            if (held.usedAtMillis >= millis) {
                used.put(id, held.usedAtMillis);
            }
        });
        return used;
    }

    private void evict() {
        Iterator<Held> all = known.values().iterator();
        for (int i = 0; i < Math.max(1, maxKnown / EVICTED_PART) && all.hasNext(); i++) {
            remove(all.next());
        }
    }

    private void remove(Held held) {
        known.remove(held.digest);
        byId.remove(held.key.caller().keyId());
    }
}
