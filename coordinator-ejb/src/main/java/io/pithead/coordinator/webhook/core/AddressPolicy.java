package io.pithead.coordinator.webhook.core;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;

/**
 * Which network addresses a buyer may make this server call. Everything that IANA does not list as globally reachable is
 * refused, and so is every IPv6 form that carries such an IPv4 address inside.
 */
public final class AddressPolicy {
    private static final List<Block> REFUSED = List.of(
            // "this" network, private use, carrier-grade NAT, loopback, link-local (and cloud metadata)
            Block.of("0.0.0.0", 8),
            Block.of("10.0.0.0", 8),
            Block.of("100.64.0.0", 10),
            Block.of("127.0.0.0", 8),
            Block.of("169.254.0.0", 16),
            Block.of("172.16.0.0", 12),
            // protocol assignments, documentation, 6to4 relays, private use, benchmarks, documentation
            Block.of("192.0.0.0", 24),
            Block.of("192.0.2.0", 24),
            Block.of("192.88.99.0", 24),
            Block.of("192.168.0.0", 16),
            Block.of("198.18.0.0", 15),
            Block.of("198.51.100.0", 24),
            Block.of("203.0.113.0", 24),
            // multicast, reserved, broadcast
            Block.of("224.0.0.0", 4),
            Block.of("240.0.0.0", 4));

    /** The only IPv6 space that is given out; all of the rest is refused. */
    private static final Block GLOBAL_UNICAST = Block.of("2000::", 3);

    private static final List<Block> REFUSED_V6 = List.of(
            // protocol assignments with Teredo and ORCHID, documentation, 6to4, documentation
            Block.of("2001::", 23), Block.of("2001:db8::", 32), Block.of("2002::", 16), Block.of("3fff::", 20));

    /** NAT64: the IPv4 address is in the last four bytes. */
    private static final Block NAT64 = Block.of("64:ff9b::", 96);

    private AddressPolicy() {}

    private record Block(byte[] prefix, int bits) {
        static Block of(String address, int bits) {
            try {
                return new Block(InetAddress.getByName(address).getAddress(), bits);
            } catch (UnknownHostException e) {
                throw new IllegalArgumentException(e);
            }
        }

        boolean contains(byte[] address) {
            if (address.length != prefix.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >>> (bit % 8);
                if ((address[bit / 8] & mask) != (prefix[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }
    }

    public static boolean isPublic(InetAddress address) {
        return switch (address) {
            case Inet4Address v4 -> isPublicV4(v4.getAddress());
            case Inet6Address v6 -> isPublicV6(v6.getAddress());
            default -> false;
        };
    }

    private static boolean isPublicV4(byte[] address) {
        return REFUSED.stream().noneMatch(block -> block.contains(address));
    }

    private static boolean isPublicV6(byte[] address) {
        if (NAT64.contains(address)) {
            return isPublicV4(Arrays.copyOfRange(address, 12, 16));
        }
        return GLOBAL_UNICAST.contains(address) && REFUSED_V6.stream().noneMatch(block -> block.contains(address));
    }
}
