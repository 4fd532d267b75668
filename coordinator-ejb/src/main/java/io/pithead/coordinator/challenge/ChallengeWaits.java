package io.pithead.coordinator.challenge;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.KeyRing;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Draining;
import io.pithead.coordinator.platform.Loops;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.error.ErrorCode;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Who waits for a challenge to go on. No thread waits with them. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class ChallengeWaits {
    /** How late it is noticed what came at another instance, and that a wait is over. */
    private static final Duration LOOK = Duration.ofSeconds(1);

    private static final Duration ALLOWED_AGE = Duration.ofSeconds(30);
    static final int MAX_WAITING = 10_000;
    private static final int MAX_PER_LOOK = 1_000;
    private static final int RETRY_AFTER_S = 1;

    @Inject
    Database database;

    @Inject
    KeyRing keys;

    @Inject
    Loops loops;

    private final Map<Place, Wait> waiting = new ConcurrentHashMap<>();
    private volatile boolean draining;

    /** A key waits once for a challenge: who asks again has given up the first one. */
    private record Place(UUID challenge, UUID key) {}

    private record Wait(ChallengeState seen, long deadlineNanos, CompletableFuture<@Nullable Void> over) {}

    @PostConstruct
    void open() {
        loops.start("challenge-waits", LOOK, ALLOWED_AGE, this::round);
        keys.onRevoked(this::evict);
    }

    /** Nobody waits here any more: they are answered as if their time were over. */
    public void drain(@Observes Draining event) {
        draining = true;
        stop();
    }

    @PreDestroy
    void stop() {
        List.copyOf(waiting.keySet()).forEach(this::end);
    }

    /** Completes when the challenge's state is another, or the time is over; whoever waited has to look. */
    public CompletableFuture<@Nullable Void> until(UUID challenge, UUID key, ChallengeState seen, Duration wait) {
        var over = new CompletableFuture<@Nullable Void>();
        if (draining) {
            over.complete(null);
            return over;
        }
        if (waiting.size() >= MAX_WAITING) {
            throw new CoordinatorException(ErrorCode.UNAVAILABLE, "As many wait here as may.")
                    .withRetryAfter(RETRY_AFTER_S);
        }
        Wait older = waiting.put(new Place(challenge, key), new Wait(seen, System.nanoTime() + wait.toNanos(), over));
        if (older != null) {
            older.over.complete(null);
        }
        return over;
    }

    /** Something was said at this instance. */
    public void changed(UUID challenge) {
        waiting.keySet().stream()
                .filter(place -> place.challenge.equals(challenge))
                .toList()
                .forEach(this::end);
    }

    int size() {
        return waiting.size();
    }

    void round() {
        if (waiting.isEmpty()) {
            return;
        }
        long now = System.nanoTime();
        Map<UUID, ChallengeState> states = states();
        Map.copyOf(waiting).forEach((place, wait) -> {
            if (wait.deadlineNanos - now <= 0 || wait.seen != states.getOrDefault(place.challenge, wait.seen)) {
                end(place);
            }
        });
    }

    private Map<UUID, ChallengeState> states() {
        List<UUID> ids =
                Columns.sorted(waiting.keySet().stream().map(Place::challenge).toList());
        var states = new HashMap<UUID, ChallengeState>();
        for (int from = 0; from < ids.size(); from += MAX_PER_LOOK) {
            List<UUID> some = ids.subList(from, Math.min(ids.size(), from + MAX_PER_LOOK));
            states.putAll(database.withConnection(connection -> ChallengeStore.states(connection, some)));
        }
        return states;
    }

    private void end(Place place) {
        Wait wait = waiting.remove(place);
        if (wait != null) {
            wait.over.complete(null);
        }
    }

    private void evict(Set<UUID> gone) {
        waiting.keySet().stream()
                .filter(place -> gone.contains(place.key))
                .toList()
                .forEach(place -> {
                    Wait wait = waiting.remove(place);
                    if (wait != null) {
                        wait.over.completeExceptionally(new CoordinatorException(
                                ErrorCode.UNAUTHORIZED_KEY, "The key was revoked or has expired."));
                    }
                });
    }
}
