package io.pithead.coordinator.webhook;

import io.pithead.coordinator.webhook.core.AddressPolicy;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.stream.Stream;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Looks names up for the HTTP client, which connects to exactly what this returns: an address that was judged is the
 * address that is called, whatever the name says a moment later.
 */
final class Addresses implements DnsResolver {
    /** Each may take a connect timeout. */
    private static final int MAX_ADDRESSES = 3;

    private final DnsResolver names;
    private final boolean allowPrivate;

    Addresses(DnsResolver names, boolean allowPrivate) {
        this.names = names;
        this.allowPrivate = allowPrivate;
    }

    /** The name has addresses, and none of them may be called. */
    static final class RefusedAddressException extends UnknownHostException {
        private static final long serialVersionUID = 1L;

        RefusedAddressException() {
            super("the host has no public address");
        }
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] all = names.resolve(host);
        InetAddress[] allowed = Stream.of(all)
                .filter(address -> allowPrivate || AddressPolicy.isPublic(address))
                .limit(MAX_ADDRESSES)
                .toArray(InetAddress[]::new);
        if (allowed.length == 0) {
            throw new RefusedAddressException();
        }
        return allowed;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
