package io.pithead.protocol.queue;

import java.time.Instant;

/** A message that its consumer refused too often; {@code body} may be cut short. */
public record DeadLetter(String id, String queue, String body, Instant sentAt) {}
