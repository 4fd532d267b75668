package io.pithead.web.security;

import io.pithead.coordinator.discovery.Signer;
import io.pithead.protocol.signing.SignedRequest;
import jakarta.ws.rs.core.SecurityContext;
import java.security.Principal;

/** The signer, as JAX-RS hands it to resources. */
record SignerContext(Signer signer, boolean secure) implements SecurityContext {
    @Override
    public Principal getUserPrincipal() {
        return signer;
    }

    @Override
    public boolean isUserInRole(String role) {
        return false;
    }

    @Override
    public boolean isSecure() {
        return secure;
    }

    @Override
    public String getAuthenticationScheme() {
        return SignedRequest.SCHEME;
    }
}
