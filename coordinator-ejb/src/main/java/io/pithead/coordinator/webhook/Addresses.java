package io.pithead.coordinator.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.function.Predicate;
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
    private final Predicate<InetAddress> allowed;

    Addresses(DnsResolver names, Predicate<InetAddress> allowed) {
        this.names = names;
        this.allowed = allowed;
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
        InetAddress[] judged = Stream.of(names.resolve(host))
                .filter(allowed)
                .limit(MAX_ADDRESSES)
                .toArray(InetAddress[]::new);
        if (judged.length == 0) {
            throw new RefusedAddressException();
        }
        return judged;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
