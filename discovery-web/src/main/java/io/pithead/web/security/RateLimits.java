package io.pithead.web.security;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.pithead.coordinator.account.Authenticated;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Iterator;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests per minute and key, counted in this instance: behind a load balancer a key has as many times its limit as
 * there are instances. That bounds what one key can cost a server, and costs no round trip.
 */
@ApplicationScoped
public class RateLimits {
    static final String PROPERTY = "io.pithead.rate_limit";
    static final int MAX_BUCKETS = 100_000;
    private static final int EVICTED = MAX_BUCKETS / 10;
    private static final int WINDOW_SECONDS = 60;
    private static final long NANOS_PER_SECOND = Duration.ofSeconds(1).toNanos();

    private final Map<UUID, Limit> limits = new ConcurrentHashMap<>();

    private record Limit(int perMinute, Bucket bucket, String policy) {}

    /** What is left of a key's quota, as the headers of draft-ietf-httpapi-ratelimit-headers-11 say it. */
    record Verdict(boolean allowed, String policy, String state, int retryAfterSeconds) {}

    Verdict take(Authenticated key) {
        return take(key.caller().keyId(), key.requestsPerMinute());
    }

    /** @param id of whoever asks, a key or the address of a signer */
    Verdict take(UUID id, int perMinute) {
        Limit limit = limits.get(id);
        if (limit == null || limit.perMinute() != perMinute) {
            limit = open(id, perMinute);
        }
        ConsumptionProbe probe = limit.bucket().tryConsumeAndReturnRemaining(1);
        long seconds = Math.ceilDiv(
                probe.isConsumed() ? probe.getNanosToWaitForReset() : probe.getNanosToWaitForRefill(),
                NANOS_PER_SECOND);
        return new Verdict(
                probe.isConsumed(), limit.policy(), "\"key\";r=" + probe.getRemainingTokens() + ";t=" + seconds, (int)
                        Math.max(1, seconds));
    }

    private Limit open(UUID keyId, int perMinute) {
        if (limits.size() >= MAX_BUCKETS) {
            evict();
        }
        return limits.compute(
                keyId,
                (id, other) -> other != null && other.perMinute() == perMinute
                        ? other
                        : new Limit(perMinute, bucket(perMinute), "\"key\";q=" + perMinute + ";w=" + WINDOW_SECONDS));
    }

    private static Bucket bucket(int perMinute) {
        return Bucket.builder()
                .addLimit(
                        limit -> limit.capacity(perMinute).refillGreedy(perMinute, Duration.ofSeconds(WINDOW_SECONDS)))
                .build();
    }

    private void evict() {
        Iterator<UUID> ids = limits.keySet().iterator();
        for (int i = 0; i < EVICTED && ids.hasNext(); i++) {
            ids.next();
            ids.remove();
        }
    }
}
