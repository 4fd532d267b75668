package io.pithead.miner.api;

import java.time.Duration;
import java.time.Instant;

/** The outcome of a call. {@code sent} is when it left. */
public sealed interface Answer<T> {
    /** A 2xx answer with its body understood. */
    record Ok<T>(T value, int status, Instant sent) implements Answer<T> {}

    /** Any other status; {@code code} is the envelope's, or {@code HTTP_<status>} when the body had none. */
    record Refused<T>(int status, String code, String message, Duration retryAfter) implements Answer<T> {}

    /** No answer, or one that could not be read. */
    record Lost<T>(String why) implements Answer<T> {}
}
