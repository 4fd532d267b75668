package io.pithead.coordinator.account;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.Platform;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.key.ApiKey;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Says who a key belongs to, from memory; see the package note for how it stays true. */
@ApplicationScoped
public class KeyRing {
    /** How long an answer from memory is trusted without having read the revision. */
    public static final Duration MAX_REVISION_AGE = Duration.ofSeconds(5);

    static final Duration REVISION_POLL = Duration.ofMillis(500);
    static final int MAX_KNOWN = 100_000;
    static final int MAX_UNKNOWN = 10_000;
    static final int RELOAD_BATCH = 2_000;

    /** Keys nobody knows cost a look-up each; more at once than this would take the connections from everybody. */
    private static final int MAX_LOOKUPS = 4;

    private static final Duration MAX_LOOKUP_WAIT = Duration.ofSeconds(2);
    private static final int RETRY_SECONDS = 1;
    private static final Logger LOG = System.getLogger(KeyRing.class.getName());

    private final KeyCache cache = new KeyCache(MAX_KNOWN, MAX_UNKNOWN);
    private final Semaphore lookups = new Semaphore(MAX_LOOKUPS);
    private final List<Consumer<Set<UUID>>> revocationListeners = new CopyOnWriteArrayList<>();
    private volatile Predicate<UUID> sessions = session -> false;
    private @Nullable Long revision;
    private volatile long users;
    private volatile long readAtNanos;
    private volatile boolean everRead;
    private long flushedMillis;

    @Resource(lookup = Platform.DATA_SOURCE)
    DataSource dataSource;

    @Inject
    AccountConfig config;

    private @Nullable KeyStore store;

    /** For the container. */
    public KeyRing() {}

    /** For tests, which bring a data source of their own. */
    KeyRing(DataSource dataSource, AccountConfig config) {
        this.dataSource = dataSource;
        this.config = config;
        this.store = new KeyStore(dataSource);
    }

    @PostConstruct
    void open() {
        store = new KeyStore(dataSource);
    }

    /** Empty for a key that nobody has, or that was revoked, has expired, or belongs to a disabled account. */
    public Optional<Authenticated> authenticate(ApiKey key) {
        requireFresh();
        KeyCache.Held held = hold(KeyDigest.of(key.sha256()));
        if (held == null || held.key.isExpired(Instant.now())) {
            return Optional.empty();
        }
        held.use(System.currentTimeMillis());
        return Optional.of(new Authenticated(held.key.caller(), held.key.limit(config.requestsPerMinute())));
    }

    /** Who knows whether a session, by its id, is one yet. */
    public void sessionsAreKnownTo(Predicate<UUID> known) {
        sessions = known;
    }

    /** For whoever waits long on behalf of a caller: would its key, or its session, be accepted now? */
    public boolean isStillValid(Caller caller) {
        requireFresh();
        if (caller.user() != null) {
            return sessions.test(caller.keyId());
        }
        KeyCache.Held held = cache.get(caller.keyId());
        KnownKey key = held == null ? reread(caller.keyId()) : held.key;
        return key != null && !key.isExpired(Instant.now());
    }

    /** While this stays what it was, what was read of people and their sessions is true but for a second. */
    public long userRevision() {
        requireFresh();
        return users;
    }

    /** Called with the ids of keys that have just stopped being valid, on the thread that noticed: return quickly. */
    public void onRevoked(Consumer<Set<UUID>> listener) {
        revocationListeners.add(listener);
    }

    /** Reads the revision and, when it moved, every key held here. Called by one loop. */
    synchronized void refresh() throws SQLException {
        long startedNanos = System.nanoTime();
        KeyStore.Revisions current = store().revisions();
        if (revision == null || revision != current.keys()) {
            reload();
            revision = current.keys();
        }
        users = current.users();
        readAtNanos = startedNanos;
        everRead = true;
    }

    synchronized void flushLastUsed() throws SQLException {
        long now = System.currentTimeMillis();
        Map<UUID, Long> used = cache.usedSince(flushedMillis);
        if (!used.isEmpty()) {
            store().flushLastUsed(used);
        }
        flushedMillis = now;
    }

    private void reload() throws SQLException {
        List<KeyDigest> held = List.copyOf(cache.beginReload());
        for (int from = 0; from < held.size(); from += RELOAD_BATCH) {
            List<KeyDigest> batch = held.subList(from, Math.min(held.size(), from + RELOAD_BATCH));
            announce(cache.reload(batch, store().find(batch)));
        }
    }

    private void announce(Set<UUID> gone) {
        if (gone.isEmpty()) {
            return;
        }
        LOG.log(Level.INFO, () -> "keys.revoked keys=" + gone);
        for (Consumer<Set<UUID>> listener : revocationListeners) {
            try {
                listener.accept(Set.copyOf(gone));
            } catch (RuntimeException e) {
                // the others must still hear of it
                LOG.log(Level.ERROR, () -> "keys.revocation_listener_failed", e);
            }
        }
    }

    private KeyCache.@Nullable Held hold(KeyDigest digest) {
        KeyCache.Held held = cache.get(digest);
        if (held != null || cache.isUnknown(digest)) {
            return held;
        }
        return lookUp(() -> {
            long seen = cache.generation();
            Optional<KnownKey> found = store().find(digest);
            if (found.isEmpty()) {
                cache.putUnknown(digest, seen);
                return null;
            }
            return cache.put(digest, found.get(), seen);
        });
    }

    private @Nullable KnownKey reread(UUID keyId) {
        return lookUp(() -> store().find(keyId).orElse(null));
    }

    @FunctionalInterface
    private interface LookUp<T> {
        @Nullable
        T run() throws SQLException;
    }

    private <T> @Nullable T lookUp(LookUp<T> lookUp) {
        try {
            if (!lookups.tryAcquire(MAX_LOOKUP_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
                throw unavailable("Too many keys are being looked up.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("The server is stopping.");
        }
        try {
            return lookUp.run();
        } catch (SQLException e) {
            LOG.log(Level.WARNING, () -> "key.lookup_failed", e);
            throw unavailable("Keys cannot be checked now.");
        } finally {
            lookups.release();
        }
    }

    private void requireFresh() {
        if (!everRead || System.nanoTime() - readAtNanos > MAX_REVISION_AGE.toNanos()) {
            throw unavailable("Keys cannot be checked now.");
        }
    }

    private static CoordinatorException unavailable(String message) {
        return new CoordinatorException(ErrorCode.UNAVAILABLE, message).withRetryAfter(RETRY_SECONDS);
    }

    private KeyStore store() {
        return Objects.requireNonNull(store, "opened by the container");
    }
}
