package io.pithead.web.security;

import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A cookie that no script reads. Its prefix makes browsers refuse one that was set by another host, for a part of the paths, or
 * in the clear; a browser on this machine that talks HTTP gets one without.
 *
 * @param sameSite whether it comes along with what other sites' pages ask for
 */
record HostCookie(String localName, String sameSite) {
    private static final String PREFIX = "__Host-";

    /** The value of a {@code Set-Cookie} header. */
    String set(HttpServletRequest request, String value, long seconds) {
        String flags = isLocal(request) ? "" : "; Secure";
        return name(request) + "=" + value + "; Max-Age=" + seconds + "; Path=/; HttpOnly; SameSite=" + sameSite
                + flags;
    }

    /** The value of a {@code Set-Cookie} header that takes the cookie away. */
    String clear(HttpServletRequest request) {
        return set(request, "", 0);
    }

    /** Empty when there is none, or more than one: a proxy and we might read different ones. */
    Optional<String> of(HttpServletRequest request) {
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

    private String name(HttpServletRequest request) {
        return isLocal(request) ? localName : PREFIX + localName;
    }

    private static boolean isLocal(HttpServletRequest request) {
        return !request.isSecure() && Loopback.isLocal(request);
    }
}
