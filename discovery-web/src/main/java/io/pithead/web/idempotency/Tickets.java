package io.pithead.web.idempotency;

import io.pithead.coordinator.idempotency.ClaimedTicket;
import io.pithead.coordinator.idempotency.IdempotencyTicket;
import jakarta.servlet.ServletRequest;

/** The ticket of the current request. */
public final class Tickets {
    static final String PROPERTY = "io.pithead.idempotency";

    private Tickets() {}

    /** For facades that store their answer with their effect. Take it before the request leaves its thread. */
    public static IdempotencyTicket of(ServletRequest request) {
        return request.getAttribute(PROPERTY) instanceof ClaimedTicket ticket ? ticket : IdempotencyTicket.none();
    }
}
