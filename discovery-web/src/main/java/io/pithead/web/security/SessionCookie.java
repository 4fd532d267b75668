package io.pithead.web.security;

import io.pithead.coordinator.user.SignedIn;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The cookie of a session. */
public final class SessionCookie {
    public static final String SCHEME = "Session";
    private static final HostCookie COOKIE = new HostCookie("pithead", "Strict");

    private SessionCookie() {}

    /** The value of a {@code Set-Cookie} header. */
    public static String set(SignedIn session, HttpServletRequest request) {
        long seconds =
                Math.max(1, Duration.between(Instant.now(), session.expiresAt()).toSeconds());
        return COOKIE.set(request, session.token(), seconds);
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
