package io.pithead.web.security;

import io.pithead.coordinator.discovery.DiscoveryConfig;
import jakarta.servlet.http.HttpServletRequest;

/** Where a request comes from. */
public final class ClientAddress {
    private ClientAddress() {}

    /** What the operator's own proxy added last, where there is one; whatever came before it anybody may have written. */
    public static String of(HttpServletRequest request, DiscoveryConfig config) {
        String header = config.addressHeader().isEmpty() ? null : request.getHeader(config.addressHeader());
        if (header == null) {
            return request.getRemoteAddr();
        }
        return header.substring(header.lastIndexOf(',') + 1).strip();
    }
}
