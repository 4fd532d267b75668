package io.pithead.coordinator.feed;

/** A follower's hold on the feed. */
@FunctionalInterface
public interface Following {
    /** The follower is gone; safe to say twice. */
    void stop();
}
