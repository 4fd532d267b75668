package io.pithead.coordinator.account;

import java.util.OptionalInt;

/** A caller and the rate limit of its key, empty where the key has none of its own. */
public record Authenticated(Caller caller, OptionalInt requestsPerMinute) {}
