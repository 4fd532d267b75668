package io.pithead.coordinator.account;

/** A caller and the rate limit of its key. */
public record Authenticated(Caller caller, int requestsPerMinute) {}
