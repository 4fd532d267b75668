package io.pithead.protocol.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The example of EIP-712, which other programs publish too. */
class Eip712Test {
    private static final String PERSON = "Person(string name,address wallet)";
    private static final String MAIL = "Mail(Person from,Person to,string contents)" + PERSON;
    private static final byte[] DOMAIN =
            Eip712.domain("Ether Mail", "1", 1, address("0xCcCCccccCCCCcCCCCCCcCcCccCcCCCcCcccccccC"));
    private static final byte[] MESSAGE = Eip712.struct(
            MAIL,
            person("Cow", "0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826"),
            person("Bob", "0xbBbBBBBbbBBBbbbBbbBbbbbBBbBbbbbBbBbbBBbB"),
            Eip712.text("Hello, Bob!"));

    private static byte[] person(String name, String wallet) {
        return Eip712.struct(PERSON, Eip712.text(name), Eip712.address(address(wallet)));
    }

    private static Address address(String text) {
        return Address.parse(text).orElseThrow();
    }

    @Test
    void the_standards_mail_has_the_published_hashes() {
        assertThat(Hex.text(DOMAIN)).isEqualTo("0xf2cee375fa42b42143804025fc449deafd50cc031ca257e0b194a650a912090f");
        assertThat(Hex.text(MESSAGE)).isEqualTo("0xc52c0ee5d84264471806290a3f2c4cecfc5490626bf912d01f240d7a274b371e");
        assertThat(Hex.text(Eip712.digest(DOMAIN, MESSAGE)))
                .isEqualTo("0xbe609aee343fb3c4b28e1df9e632fca64fcfaede20f02e86244efddf30957bd2");
    }

    @Test
    void the_standards_cow_signs_it_as_published() {
        WalletKey cow = WalletKey.of(Keccak.digest("cow".getBytes(StandardCharsets.UTF_8)));
        assertThat(cow.address().checksummed()).isEqualTo("0xCD2a3d9F938E13CD947Ec05AbC7FE734Df8DD826");
        assertThat(cow.sign(Eip712.digest(DOMAIN, MESSAGE)))
                .hasToString("0x4355c47d63924e8a72e509b65029052eb6c299d53a04e167c5775fd466751c9d"
                        + "07299936d304c153f6443dfa05f40ff007d72911b6f72307f996231605b915621c");
    }

    @Test
    void what_is_no_word_and_no_uint256_is_refused() {
        assertThatThrownBy(() -> Eip712.struct(PERSON, new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Eip712.number(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Eip712.number(BigInteger.ONE.shiftLeft(256)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
