package io.pithead.web.security;

import io.pithead.coordinator.user.Visitor;
import jakarta.ws.rs.core.SecurityContext;

/** Who is signed in, of a resource that is {@link ForUsers}. */
public final class Visitors {
    private Visitors() {}

    public static Visitor of(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Visitor visitor) {
            return visitor;
        }
        throw new IllegalStateException("only a resource for users has a visitor");
    }
}
