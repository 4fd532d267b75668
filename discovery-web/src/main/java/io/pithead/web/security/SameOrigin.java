package io.pithead.web.security;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import java.net.URI;
import java.util.List;

/** Refuses what a page of another site makes a browser send. A caller that is no browser says neither, and may. */
public final class SameOrigin {
    private static final String FETCH_SITE = "Sec-Fetch-Site";
    private static final String ORIGIN = "Origin";

    private SameOrigin() {}

    public static void require(MultivaluedMap<String, String> headers) {
        List<String> sites = headers.getOrDefault(FETCH_SITE, List.of());
        List<String> origins = headers.getOrDefault(ORIGIN, List.of());
        List<String> hosts = headers.getOrDefault(HttpHeaders.HOST, List.of());
        if (!sites.stream().allMatch("same-origin"::equals)
                || !origins.stream().allMatch(origin -> isOf(origin, hosts))) {
            throw new CoordinatorException(
                    ErrorCode.FORBIDDEN_ORIGIN, "The request does not come from a page of this server.");
        }
    }

    /** The scheme may differ: a proxy that ends TLS speaks for us. */
    private static boolean isOf(String origin, List<String> hosts) {
        if (hosts.size() != 1) {
            return false;
        }
        try {
            URI uri = URI.create(origin);
            boolean http = "https".equals(uri.getScheme()) || "http".equals(uri.getScheme());
            return http && hosts.getFirst().equalsIgnoreCase(uri.getRawAuthority());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
