package io.pithead.web.security;

import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;

/** The cookie of one way to the issuer and back: the issuer's page sends the browser here, so it comes along with that. */
public final class OidcCookie {
    private static final HostCookie COOKIE = new HostCookie("pithead-oidc", "Lax");

    private OidcCookie() {}

    /** The value of a {@code Set-Cookie} header. */
    public static String set(String value, Duration ttl, HttpServletRequest request) {
        return COOKIE.set(request, value, ttl.toSeconds());
    }

    /** The value of a {@code Set-Cookie} header that takes the cookie away. */
    public static String clear(HttpServletRequest request) {
        return COOKIE.clear(request);
    }

    /** Empty when there is none, or more than one. */
    public static Optional<String> of(HttpServletRequest request) {
        return COOKIE.of(request);
    }
}
