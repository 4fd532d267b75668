package io.pithead.web.security;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.discovery.Signatures;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.SignedRequest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Checks the signature of one request: first all that the header says, which is signed with the body's digest, then the
 * signer's rate, and only then reads a body that is bounded, and compares it.
 */
final class WalletFilter implements ContainerRequestFilter {
    static final int MAX_BODY = 64 * 1024;

    private final Signatures signatures;
    private final DiscoveryConfig config;
    private final RateLimits limits;
    private final HttpServletRequest servletRequest;

    WalletFilter(Signatures signatures, DiscoveryConfig config, RateLimits limits, HttpServletRequest servletRequest) {
        this.signatures = signatures;
        this.config = config;
        this.limits = limits;
        this.servletRequest = servletRequest;
    }

    @Override
    public void filter(ContainerRequestContext request) throws IOException {
        // two headers: a proxy and we might read different ones
        List<String> offered = request.getHeaders().getOrDefault(HttpHeaders.AUTHORIZATION, List.of());
        String authorization =
                offered.size() == 1 && !request.getHeaders().containsKey(Credentials.API_KEY) ? offered.getFirst() : "";
        Signatures.Checked checked =
                signatures.check(authorization, servletRequest.getMethod(), pathOf(servletRequest), Instant.now());
        SignedRequest signed = checked.request();
        takeRate(request, signed);
        byte[] body = request.getEntityStream().readNBytes(MAX_BODY + 1);
        if (body.length > MAX_BODY) {
            throw new CoordinatorException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "A signed body has at most " + MAX_BODY + " bytes.",
                    Map.of("max_bytes", MAX_BODY));
        }
        if (!signed.isOfBody(body)) {
            throw new CoordinatorException(ErrorCode.SIGNATURE_INVALID, "The signature is of another body.");
        }
        request.setEntityStream(new ByteArrayInputStream(body));
        request.setSecurityContext(
                new SignerContext(checked.signer(), request.getSecurityContext().isSecure()));
    }

    /** As it was sent: what a filter or the container makes of it is not what was signed. */
    private static String pathOf(HttpServletRequest request) {
        return request.getQueryString() == null
                ? request.getRequestURI()
                : request.getRequestURI() + "?" + request.getQueryString();
    }

    private void takeRate(ContainerRequestContext request, SignedRequest signed) {
        UUID bucket = UUID.nameUUIDFromBytes(signed.signer().text().getBytes(StandardCharsets.US_ASCII));
        RateLimits.Verdict verdict = limits.take(bucket, config.requestsPerMinute());
        request.setProperty(RateLimits.PROPERTY, verdict);
        if (!verdict.allowed()) {
            throw new CoordinatorException(
                            ErrorCode.RATE_LIMITED,
                            "This signer has used its requests for now.",
                            Map.of("policy", verdict.policy()))
                    .withRetryAfter(verdict.retryAfterSeconds());
        }
    }
}
