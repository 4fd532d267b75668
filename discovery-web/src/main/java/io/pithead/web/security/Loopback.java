package io.pithead.web.security;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Tells callers on this machine from callers that a proxy on this machine speaks for. */
final class Loopback {
    private static final List<String> SIGNS_OF_A_PROXY = List.of("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via");

    private Loopback() {}

    static boolean isLocal(HttpServletRequest request) {
        return isLoopback(request.getRemoteAddr())
                && isLoopback(request.getLocalAddr())
                && SIGNS_OF_A_PROXY.stream().allMatch(header -> request.getHeader(header) == null);
    }

    /** Both are literal addresses: no name is looked up. */
    private static boolean isLoopback(String address) {
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
