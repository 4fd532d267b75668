package io.pithead.coordinator.node.core;

import io.pithead.protocol.admin.Twins.Kind;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.node.MinerCapabilities;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What tells a node's machine from others: what its miner says, which a liar leaves out, and where it is seen to come from. */
public final class Marks {
    /** As the driver writes them, parts of a card ({@code MIG-…}) too. */
    private static final Pattern GPU = Pattern.compile("[A-Za-z0-9][A-Za-z0-9/-]{7,99}");

    private static final Pattern LITERAL =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");
    private static final int IPV6 = 16;
    /** A site has so many bits of an IPv6 address for itself, or fewer. */
    private static final int SITE = 8;

    private Marks() {}

    public record Mark(Kind kind, String value) {}

    /** @param from the address that the miner was seen at; null where nobody knows */
    public static List<Mark> of(MinerCapabilities capabilities, @Nullable String from) {
        var marks = new LinkedHashSet<Mark>();
        Hardware hardware = capabilities.hardware();
        if (hardware != null) {
            gpus(hardware).forEach(uuid -> marks.add(new Mark(Kind.GPU, uuid)));
            if (hardware.host() != null) {
                marks.add(new Mark(Kind.HOST, hardware.host()));
            }
        }
        place(from).ifPresent(place -> marks.add(new Mark(Kind.ADDRESS, place)));
        return List.copyOf(marks);
    }

    private static List<String> gpus(Hardware hardware) {
        var uuids = new ArrayList<String>();
        for (Hardware.Gpu gpu : hardware.gpus() == null ? List.<Hardware.Gpu>of() : hardware.gpus()) {
            if (gpu.uuid() != null && GPU.matcher(gpu.uuid()).matches()) {
                uuids.add(gpu.uuid());
            }
        }
        return uuids;
    }

    /** An address that is one's own in the whole network; those of private networks are everybody's. */
    static Optional<String> place(@Nullable String from) {
        if (from == null || !LITERAL.matcher(from).matches()) {
            return Optional.empty();
        }
        byte[] bytes;
        try {
            InetAddress address = InetAddress.getByName(from);
            bytes = address.getAddress();
            if (address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || address.isLinkLocalAddress()
                    || address.isSiteLocalAddress()
                    || address.isMulticastAddress()
                    || isShared(bytes)) {
                return Optional.empty();
            }
            if (bytes.length < IPV6) {
                return Optional.of(address.getHostAddress());
            }
        } catch (UnknownHostException e) {
            return Optional.empty();
        }
        return Optional.of(HexFormat.ofDelimiter(":").formatHex(Arrays.copyOf(bytes, SITE)));
    }

    /** Unique local addresses (RFC 4193), and those that providers share among customers (RFC 6598). */
    private static boolean isShared(byte[] address) {
        return address.length == IPV6
                ? (address[0] & 0xfe) == 0xfc
                : (address[0] & 0xff) == 100 && (address[1] & 0xc0) == 64;
    }
}
