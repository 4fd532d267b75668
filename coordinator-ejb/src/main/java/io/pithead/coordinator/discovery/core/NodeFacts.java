package io.pithead.coordinator.discovery.core;

/** A node that is registered on chain; {@code blacklisted} is it or its provider. */
public record NodeFacts(boolean blacklisted) {}
