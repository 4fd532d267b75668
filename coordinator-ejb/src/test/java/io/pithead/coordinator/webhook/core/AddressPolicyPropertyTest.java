package io.pithead.coordinator.webhook.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

class AddressPolicyPropertyTest {
    @Property
    void what_the_runtime_calls_local_is_never_public(@ForAll @Size(4) byte[] v4, @ForAll @Size(16) byte[] v6)
            throws UnknownHostException {
        for (InetAddress address : new InetAddress[] {InetAddress.getByAddress(v4), InetAddress.getByAddress(v6)}) {
            if (address.isAnyLocalAddress()
                    || address.isLoopbackAddress()
                    || address.isLinkLocalAddress()
                    || address.isSiteLocalAddress()
                    || address.isMulticastAddress()) {
                assertThat(AddressPolicy.isPublic(address))
                        .as(address.toString())
                        .isFalse();
            }
        }
    }

    @Property
    void inside_the_private_blocks_nothing_is_public(@ForAll int low) throws UnknownHostException {
        assertThat(AddressPolicy.isPublic(v4(0x0a000000 | (low & 0x00ffffff)))).isFalse();
        assertThat(AddressPolicy.isPublic(v4(0x7f000000 | (low & 0x00ffffff)))).isFalse();
        assertThat(AddressPolicy.isPublic(v4(0x64400000 | (low & 0x003fffff)))).isFalse();
        assertThat(AddressPolicy.isPublic(v4(0xac100000 | (low & 0x000fffff)))).isFalse();
        assertThat(AddressPolicy.isPublic(v4(0xc0a80000 | (low & 0x0000ffff)))).isFalse();
        assertThat(AddressPolicy.isPublic(v4(0xa9fe0000 | (low & 0x0000ffff)))).isFalse();
        assertThat(AddressPolicy.isPublic(v4(0xe0000000 | (low & 0x1fffffff)))).isFalse();
    }

    @Property
    void an_address_translated_to_ipv6_is_judged_by_what_is_inside(@ForAll int inner) throws UnknownHostException {
        byte[] translated = ByteBuffer.allocate(16)
                .putInt(0x0064ff9b)
                .putLong(0)
                .putInt(inner)
                .array();

        assertThat(AddressPolicy.isPublic(InetAddress.getByAddress(translated)))
                .isEqualTo(AddressPolicy.isPublic(v4(inner)));
    }

    @Property
    void unique_local_and_link_local_ipv6_is_never_public(@ForAll @Size(16) byte[] bytes) throws UnknownHostException {
        byte[] uniqueLocal = bytes.clone();
        uniqueLocal[0] = (byte) (0xfc | (bytes[0] & 1));
        byte[] linkLocal = bytes.clone();
        linkLocal[0] = (byte) 0xfe;
        linkLocal[1] = (byte) (0x80 | (bytes[1] & 0x3f));

        assertThat(AddressPolicy.isPublic(InetAddress.getByAddress(uniqueLocal)))
                .isFalse();
        assertThat(AddressPolicy.isPublic(InetAddress.getByAddress(linkLocal))).isFalse();
    }

    private static InetAddress v4(int bits) throws UnknownHostException {
        return InetAddress.getByAddress(ByteBuffer.allocate(4).putInt(bits).array());
    }
}
