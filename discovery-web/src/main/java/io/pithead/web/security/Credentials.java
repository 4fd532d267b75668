package io.pithead.web.security;

import io.pithead.protocol.key.ApiKey;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds the one key of a request. Two, even the same twice, are refused: a proxy and we might read different ones. */
final class Credentials {
    static final String API_KEY = "X-Api-Key";
    private static final String BEARER = "bearer ";
    private static final int MAX_LENGTH = 128;

    private Credentials() {}

    /** Empty when there is none, more than one, or something that cannot be a key. */
    static Optional<ApiKey> of(MultivaluedMap<String, String> headers) {
        List<String> offered = new ArrayList<>(headers.getOrDefault(API_KEY, List.of()));
        for (String authorization : headers.getOrDefault(HttpHeaders.AUTHORIZATION, List.of())) {
            // another scheme still counts as one credential too many
            offered.add(isBearer(authorization) ? authorization.substring(BEARER.length()) : "");
        }
        if (offered.size() != 1 || offered.getFirst().length() > MAX_LENGTH) {
            return Optional.empty();
        }
        return ApiKey.parse(offered.getFirst().strip());
    }

    /** Nothing was offered, not even something wrong. */
    static boolean areAbsent(MultivaluedMap<String, String> headers) {
        return !headers.containsKey(API_KEY) && !headers.containsKey(HttpHeaders.AUTHORIZATION);
    }

    private static boolean isBearer(String authorization) {
        return authorization.regionMatches(true, 0, BEARER, 0, BEARER.length());
    }
}
