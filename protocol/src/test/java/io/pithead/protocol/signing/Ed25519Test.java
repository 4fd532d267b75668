package io.pithead.protocol.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 8032, section 7.1. */
class Ed25519Test {
    private static final String PKCS8 = "302e020100300506032b657004220420";
    private static final HexFormat HEX = HexFormat.of();
    private static final byte[] MESSAGE = {0x72};

    private static final PrivateKey PRIVATE =
            privateKey("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
    private static final PublicKey PUBLIC =
            Ed25519.publicKey(HEX.parseHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"));

    private static PrivateKey privateKey(String hex) {
        return Ed25519.privateKey(HEX.parseHex(PKCS8 + hex));
    }

    @ParameterizedTest
    @CsvSource({
        "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60,"
                + "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a,'',"
                + "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b",
        "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb,"
                + "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c,72,"
                + "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00",
        "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7,"
                + "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025,af82,"
                + "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a",
        "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42,"
                + "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf,"
                + "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd"
                + "454d4423643ce80e2a9ac94fa54ca49f,"
                + "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
                + "3dca179c138ac17ad9bef1177331a704"
    })
    void the_standards_own_examples_are_signed_and_checked(String secret, String open, String message, String sig) {
        byte[] bytes = HEX.parseHex(message);
        assertThat(HEX.formatHex(Ed25519.sign(privateKey(secret), bytes))).isEqualTo(sig);
        PublicKey key = Ed25519.publicKey(HEX.parseHex(open));
        assertThat(Ed25519.verify(key, bytes, HEX.parseHex(sig))).isTrue();
        assertThat(HEX.formatHex(Ed25519.raw(key))).isEqualTo(open);
    }

    @Test
    void a_signature_with_any_bit_changed_is_wrong() {
        byte[] good = Ed25519.sign(PRIVATE, MESSAGE);
        for (int bit = 0; bit < good.length * 8; bit++) {
            byte[] bad = good.clone();
            bad[bit / 8] ^= (byte) (1 << (bit % 8));
            assertThat(Ed25519.verify(PUBLIC, MESSAGE, bad)).as("bit %s", bit).isFalse();
        }
        assertThat(Ed25519.verify(PUBLIC, new byte[] {0x73}, good)).isFalse();
    }

    @Test
    void a_second_signature_made_from_the_first_is_wrong() {
        byte[] good = Ed25519.sign(PRIVATE, MESSAGE);
        // s + the order of the group satisfies the equation too, and must be refused for that
        BigInteger order = BigInteger.TWO.pow(252).add(new BigInteger("27742317777372353535851937790883648493"));
        byte[] bad = good.clone();
        byte[] s = reversed(new BigInteger(1, reversed(Arrays.copyOfRange(good, 32, 64)))
                .add(order)
                .toByteArray());
        System.arraycopy(s, 0, bad, 32, 32);
        assertThat(Ed25519.verify(PUBLIC, MESSAGE, bad)).isFalse();
    }

    @Test
    void what_is_no_signature_or_no_key_is_told_so() {
        byte[] good = Ed25519.sign(PRIVATE, MESSAGE);
        for (int length : new int[] {0, 1, 63}) {
            assertThat(Ed25519.verify(PUBLIC, MESSAGE, Arrays.copyOf(good, length)))
                    .isFalse();
        }
        assertThat(Ed25519.verify(PUBLIC, MESSAGE, Arrays.copyOf(good, 65))).isFalse();
        for (int length : new int[] {0, 31, 33}) {
            assertThatThrownBy(() -> Ed25519.publicKey(new byte[length])).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Ed25519.privateKey(new byte[48])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_key_travels_in_text_without_padding() {
        byte[] raw = HEX.parseHex("fbefbe" + "ff".repeat(29));
        // both characters in which the alphabets differ
        String text = "----" + "_".repeat(38) + "8";
        assertThat(Ed25519.base64Url(raw)).isEqualTo(text);
        assertThat(Ed25519.fromBase64Url(text)).isEqualTo(raw);
        assertThatThrownBy(() -> Ed25519.fromBase64Url("a+b")).isInstanceOf(IllegalArgumentException.class);
    }

    private static byte[] reversed(byte[] bytes) {
        byte[] reversed = new byte[32];
        for (int i = 0; i < Math.min(bytes.length, 32); i++) {
            reversed[i] = bytes[bytes.length - 1 - i];
        }
        return reversed;
    }
}
