package io.pithead.web.security;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.discovery.DiscoveryConfig;
import io.pithead.coordinator.user.SignIn;
import io.pithead.coordinator.user.UserRole;
import io.pithead.coordinator.user.Visitor;
import io.pithead.protocol.error.ErrorCode;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.MediaType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Knows the visitor by its cookie; what changes something must come from a page of ours, and say so with the session's csrf. */
final class VisitorFilter implements ContainerRequestFilter {
    static final String CSRF_HEADER = "X-Csrf";
    static final String CSRF_FIELD = "csrf";
    static final int MAX_FORM = 64 * 1024;
    private static final int REQUESTS_PER_MINUTE = 6_000;
    private static final Set<String> SAFE = Set.of("GET", "HEAD", "OPTIONS");

    private final SignIn signIn;
    private final RateLimits limits;
    private final DiscoveryConfig discovery;
    private final HttpServletRequest servletRequest;
    private final Set<UserRole> roles;

    VisitorFilter(
            SignIn signIn,
            RateLimits limits,
            DiscoveryConfig discovery,
            HttpServletRequest servletRequest,
            Set<UserRole> roles) {
        this.signIn = signIn;
        this.limits = limits;
        this.discovery = discovery;
        this.servletRequest = servletRequest;
        this.roles = Set.copyOf(roles);
    }

    @Override
    public void filter(ContainerRequestContext request) throws IOException {
        boolean safe = SAFE.contains(request.getMethod());
        if (!safe) {
            SameOrigin.require(request.getHeaders());
        }
        Visitor visitor = SessionCookie.of(servletRequest)
                .flatMap(token -> signIn.visitor(token, ClientAddress.of(servletRequest, discovery)))
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_SIGNED_IN, "Sign in first."));
        request.setSecurityContext(
                new VisitorContext(visitor, request.getSecurityContext().isSecure()));
        takeRate(request, visitor);
        if (!safe && !isSame(visitor.csrf(), csrf(request))) {
            throw new CoordinatorException(
                    ErrorCode.FORBIDDEN_ORIGIN, "The request lacks the csrf of its session; load the page again.");
        }
        if (!mayIn(visitor, safe)) {
            throw new CoordinatorException(
                    ErrorCode.FORBIDDEN_ROLE,
                    "No role of yours may do that.",
                    Map.of("needs", roles.stream().map(UserRole::word).sorted().collect(Collectors.joining(" or "))));
        }
    }

    private boolean mayIn(Visitor visitor, boolean safe) {
        return roles.isEmpty()
                || roles.stream()
                        .filter(role -> safe || role != UserRole.VIEWER)
                        .anyMatch(visitor::may);
    }

    private void takeRate(ContainerRequestContext request, Visitor visitor) {
        RateLimits.Verdict verdict = limits.take(visitor.user(), REQUESTS_PER_MINUTE);
        request.setProperty(RateLimits.PROPERTY, verdict);
        if (!verdict.allowed()) {
            throw new CoordinatorException(
                            ErrorCode.RATE_LIMITED,
                            "This user has used its requests for now.",
                            Map.of("policy", verdict.policy()))
                    .withRetryAfter(verdict.retryAfterSeconds());
        }
    }

    /** Of the header, or of a form's field; the form is there again for whoever reads it next. */
    private static @Nullable String csrf(ContainerRequestContext request) throws IOException {
        String header = request.getHeaderString(CSRF_HEADER);
        MediaType media = request.getMediaType();
        if (header != null || media == null || !media.isCompatible(MediaType.APPLICATION_FORM_URLENCODED_TYPE)) {
            return header;
        }
        byte[] form = request.getEntityStream().readNBytes(MAX_FORM + 1);
        if (form.length > MAX_FORM) {
            throw new CoordinatorException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "A form has at most " + MAX_FORM + " bytes.",
                    Map.of("max_bytes", MAX_FORM));
        }
        request.setEntityStream(new ByteArrayInputStream(form));
        List<String> fields = Arrays.stream(new String(form, StandardCharsets.ISO_8859_1).split("&", -1))
                .filter(field -> field.startsWith(CSRF_FIELD + "="))
                .map(field -> field.substring(CSRF_FIELD.length() + 1))
                .toList();
        return fields.size() == 1 ? decoded(fields.getFirst()) : null;
    }

    private static @Nullable String decoded(String field) {
        try {
            return URLDecoder.decode(field, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    private static boolean isSame(String expected, @Nullable String offered) {
        return offered != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), offered.getBytes(StandardCharsets.UTF_8));
    }
}
