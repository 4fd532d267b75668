package io.pithead.web.security;

import io.pithead.coordinator.user.Visitor;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;

/** The visitor, as JAX-RS hands it to resources. */
record VisitorContext(Visitor visitor, boolean secure) implements SecurityContext {
    @Override
    public Principal getUserPrincipal() {
        return visitor;
    }

    @Override
    public boolean isUserInRole(String role) {
        return visitor.memberships().stream().anyMatch(one -> one.role().word().equals(role));
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public String getAuthenticationScheme() {
        return SessionCookie.SCHEME;
    }
}
