package io.pithead.web.security;

import io.pithead.coordinator.user.SignedIn;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The cookie of a session. Its prefix makes browsers refuse one that was set by another host, for a part of the paths, or in
 * the clear; a browser on this machine that talks HTTP gets one without.
 */
public final class SessionCookie {
    public static final String SCHEME = "Session";
    static final String NAME = "__Host-pithead";
    static final String LOCAL_NAME = "pithead";

    private SessionCookie() {}

    /** The value of a {@code Set-Cookie} header. */
    public static String set(SignedIn session, HttpServletRequest request) {
        long seconds =
                Math.max(1, Duration.between(Instant.now(), session.expiresAt()).toSeconds());
        return header(request, session.token(), seconds);
    }

    /** The value of a {@code Set-Cookie} header that takes the cookie away. */
    public static String clear(HttpServletRequest request) {
        return header(request, "", 0);
    }

    /** Empty when there is none, or more than one: a proxy and we might read different ones. */
    public static Optional<String> of(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies == null) {
            return Optional.empty();
        }
        String name = name(request);
        List<String> offered = Arrays.stream(cookies)
                .filter(cookie -> cookie.getName().equals(name))
                .map(Cookie::getValue)
                .toList();
        return offered.size() == 1 ? Optional.of(offered.getFirst()) : Optional.empty();
    }

    private static String header(HttpServletRequest request, String value, long seconds) {
        String flags = isLocal(request) ? "" : "; Secure";
        return name(request) + "=" + value + "; Max-Age=" + seconds + "; Path=/; HttpOnly; SameSite=Strict" + flags;
    }

    private static String name(HttpServletRequest request) {
        return isLocal(request) ? LOCAL_NAME : NAME;
    }

    private static boolean isLocal(HttpServletRequest request) {
        return !request.isSecure() && Loopback.isLocal(request);
    }
}
