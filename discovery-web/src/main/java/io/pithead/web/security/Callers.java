package io.pithead.web.security;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.discovery.Signer;
import jakarta.ws.rs.core.SecurityContext;

/** The caller of a secured resource, and the signer of a signed one. */
public final class Callers {
    private Callers() {}

    public static Caller of(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Caller caller) {
            return caller;
        }
        throw new IllegalStateException("only a secured resource has a caller");
    }

    /** Of a resource that is {@link WalletSigned}. */
    public static Signer signer(SecurityContext security) {
        if (security.getUserPrincipal() instanceof Signer signer) {
            return signer;
        }
        throw new IllegalStateException("only a signed request has a signer");
    }
}
