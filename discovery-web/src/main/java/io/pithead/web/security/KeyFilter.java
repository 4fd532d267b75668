package io.pithead.web.security;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.account.Authenticated;
import io.pithead.coordinator.account.KeyRing;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.user.Origin;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.key.Scope;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Authenticates, checks the scope and the rate of one resource method. */
final class KeyFilter implements ContainerRequestFilter {
    private final KeyRing ring;
    private final RateLimits limits;
    private final DiscoveryConfig discovery;
    private final HttpServletRequest servletRequest;
    private final Set<Scope> scopes;

    KeyFilter(
            KeyRing ring,
            RateLimits limits,
            DiscoveryConfig discovery,
            HttpServletRequest servletRequest,
            Set<Scope> scopes) {
        this.ring = ring;
        this.limits = limits;
        this.discovery = discovery;
        this.servletRequest = servletRequest;
        this.scopes = scopes;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        Authenticated key = authenticate(request);
        request.setSecurityContext(new CallerContext(
                key.caller().from(new Origin(ClientAddress.of(servletRequest, discovery), null).address()),
                request.getSecurityContext().isSecure()));
        if (!scopes.contains(key.caller().scope())) {
            throw new CoordinatorException(
                    ErrorCode.FORBIDDEN_SCOPE,
                    "This needs a key of another scope.",
                    Map.of("scope", key.caller().scope().word(), "needs", words()));
        }
        RateLimits.Verdict verdict = limits.take(key);
        request.setProperty(RateLimits.PROPERTY, verdict);
        if (!verdict.allowed()) {
            throw new CoordinatorException(
                            ErrorCode.RATE_LIMITED,
                            "This key has used its requests for now.",
                            Map.of("policy", verdict.policy()))
                    .withRetryAfter(verdict.retryAfterSeconds());
        }
    }

    private Authenticated authenticate(ContainerRequestContext request) {
        ApiKey key = Credentials.of(request.getHeaders())
                .orElseThrow(() -> unauthorized("Send one key, as 'Authorization: Bearer KEY' or 'X-Api-Key: KEY'."));
        Optional<Authenticated> known = ring.authenticate(key);
        return known.orElseThrow(() -> unauthorized("This key is not valid."));
    }

    private static CoordinatorException unauthorized(String message) {
        return new CoordinatorException(ErrorCode.UNAUTHORIZED_KEY, message);
    }

    private String words() {
        return String.join(" or ", scopes.stream().map(Scope::word).toList());
    }
}
