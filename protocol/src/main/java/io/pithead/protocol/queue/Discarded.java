package io.pithead.protocol.queue;

/** How many were thrown away; {@code more}: the bound of one call was reached, so ask again. */
public record Discarded(int discarded, boolean more) {}
