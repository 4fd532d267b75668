package io.pithead.coordinator.feed;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.feed.core.FeedLimits;
import io.pithead.protocol.error.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;

/** Who follows what on this instance, and how many of them there may be. */
final class Followers {
    private static final int RETRY_SECONDS = 5;

    private final FeedLimits limits;
    private final Map<UUID, List<Follower>> byJob = new HashMap<>();
    private final Map<UUID, Integer> byKey = new HashMap<>();
    private int count;

    Followers(FeedLimits limits) {
        this.limits = limits;
    }

    synchronized void add(Follower follower) {
        UUID key = follower.caller.keyId();
        if (byKey.getOrDefault(key, 0) >= limits.maxStreamsPerKey()) {
            throw new CoordinatorException(
                            ErrorCode.RATE_LIMITED,
                            "This key follows as many jobs as it may.",
                            Map.of("max_streams", limits.maxStreamsPerKey()))
                    .withRetryAfter(RETRY_SECONDS);
        }
        if (count >= limits.maxStreams()) {
            throw new CoordinatorException(ErrorCode.UNAVAILABLE, "This server follows as many jobs as it can.")
                    .withRetryAfter(RETRY_SECONDS);
        }
        byJob.computeIfAbsent(follower.jobId, job -> new ArrayList<>()).add(follower);
        byKey.merge(key, 1, Integer::sum);
        count++;
    }

    synchronized void remove(Follower follower) {
        List<Follower> ofJob = byJob.get(follower.jobId);
        if (ofJob == null || !ofJob.remove(follower)) {
            return;
        }
        if (ofJob.isEmpty()) {
            byJob.remove(follower.jobId);
        }
        byKey.computeIfPresent(follower.caller.keyId(), (key, streams) -> streams == 1 ? null : streams - 1);
        count--;
    }

    synchronized boolean isFollowed(UUID jobId) {
        return byJob.containsKey(jobId);
    }

    synchronized List<Follower> of(UUID jobId) {
        return List.copyOf(byJob.getOrDefault(jobId, List.of()));
    }

    synchronized List<Follower> all() {
        return byJob.values().stream().flatMap(List::stream).toList();
    }

    List<Follower> where(Predicate<Follower> wanted) {
        return all().stream().filter(wanted).toList();
    }

    synchronized int count() {
        return count;
    }
}
