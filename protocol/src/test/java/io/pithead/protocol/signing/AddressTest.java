package io.pithead.protocol.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressTest {
    @ParameterizedTest
    @CsvSource({
        "'',c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470",
        "abc,4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
    })
    void keccak_is_the_one_before_sha3(String text, String digest) {
        assertThat(Hex.text(Keccak.digest(text.getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("0x" + digest);
    }

    /** The examples of EIP-55. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x52908400098527886E0F7030069857D2E4169EE7",
                "0x8617E340B3D01FA5F11F306F4090FD50E238070D",
                "0xde709f2102306220921060314715629080e2fb77",
                "0x27b1fdb04752bbc536007a920d24acb045561c26",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0xfB6916095ca1df60bB79Ce92cE3Ea74c37c5d359",
                "0xdbF03B407c01E7cD3CBea99509d93f8DDDC8C6FB",
                "0xD1220A0cf47c7B9Be7A2E6BA89F429762e7b9aDb"
            })
    void the_standards_own_examples_have_their_checksums(String checksummed) {
        String lower = checksummed.toLowerCase(Locale.ROOT);
        assertThat(new Address(lower).checksummed()).isEqualTo(checksummed);
        assertThat(Address.parse(checksummed)).contains(new Address(lower));
        assertThat(Address.parse(lower)).contains(new Address(lower));
        assertThat(Address.parse("0x" + lower.substring(2).toUpperCase(Locale.ROOT)))
                .contains(new Address(lower));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0x",
                "5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0X5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAe",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed0",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeg",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAE\u0131",
                "0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
                "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1Beaed",
                " 0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"
            })
    void anything_else_is_no_address(String text) {
        assertThat(Address.parse(text)).isEmpty();
    }

    @Test
    void every_way_to_write_an_address_is_one_key_of_a_map() {
        assertThat(java.util.Set.of(Address.parse("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")
                        .orElseThrow()))
                .contains(
                        Address.parse("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")
                                .orElseThrow(),
                        Address.parse("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED")
                                .orElseThrow());
    }

    @Test
    void the_key_one_has_the_address_that_everybody_knows() {
        WalletKey one = WalletKey.of(Secp256k1.bytes(BigInteger.ONE));
        assertThat(one.address().checksummed()).isEqualTo("0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf");
        assertThat(one.publicKey().text())
                .isEqualTo("0x0279be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798");
        assertThat(PublicKey.parse(one.publicKey().text())).contains(one.publicKey());
    }
}
