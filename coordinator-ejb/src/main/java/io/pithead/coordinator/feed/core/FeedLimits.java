package io.pithead.coordinator.feed.core;

/** How many jobs may be followed at once: on this instance, and by one key of it. */
public record FeedLimits(int maxStreams, int maxStreamsPerKey) {}
