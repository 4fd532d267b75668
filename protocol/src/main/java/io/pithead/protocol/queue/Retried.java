package io.pithead.protocol.queue;

/** How many were put back; {@code more}: the bound of one call was reached, so ask again. */
public record Retried(int retried, boolean more) {}
