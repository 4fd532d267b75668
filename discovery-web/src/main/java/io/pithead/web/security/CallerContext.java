package io.pithead.web.security;

import io.pithead.coordinator.account.Caller;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;

/** The caller, as JAX-RS hands it to resources. */
record CallerContext(Caller caller, boolean secure) implements SecurityContext {
    @Override
    public Principal getUserPrincipal() {
        return caller;
    }

    @Override
    public boolean isUserInRole(String role) {
        return caller.scope().word().equals(role);
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public String getAuthenticationScheme() {
        return "Bearer";
    }
}
