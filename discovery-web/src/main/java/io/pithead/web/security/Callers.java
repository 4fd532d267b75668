package io.pithead.web.security;

import io.pithead.coordinator.account.Caller;
import jakarta.ws.rs.core.SecurityContext;

/** The caller of a secured resource. */
public final class Callers {
    private Callers() {}

    public static Caller of(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("only a secured resource has a caller");
    }
}
