package io.pithead.protocol.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WalletKeyTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final WalletKey KEY = WalletKey.of(Keccak.digest("cow".getBytes(StandardCharsets.UTF_8)));
    private static final byte[] DIGEST = Keccak.digest(new byte[] {1});

    /** Examples of deterministic signatures (RFC 6979) that wallets have in common. */
    @ParameterizedTest
    @CsvSource({
        "0000000000000000000000000000000000000000000000000000000000000001,"
                + "934b1ea10a4b3c1757e2b0c017d0b6143ce3c9a7e6a4a49860d7a6ab210ee3d8"
                + "2442ce9d2b916064108014783e923ec36b49743e2ffa1c4496f01a512aafd9e51c",
        "fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364140,"
                + "fd567d121db66e382991534ada77a6bd3106f0a1098c231e47993447cd6af2d0"
                + "6b39cd0eb1bc8603e159ef5c20a5c8ad685a45b06ce9bebed3f153d10d93bed51b"
    })
    void known_signatures_are_made_bit_for_bit(String key, String signature) {
        byte[] digest = Digests.sha256("Satoshi Nakamoto".getBytes(StandardCharsets.UTF_8));
        WalletKey signer = WalletKey.of(HEX.parseHex(key));
        assertThat(signer.sign(digest)).hasToString("0x" + signature);
        assertThat(RecoverableSignature.parse("0x" + signature).orElseThrow().signer(digest))
                .contains(signer.publicKey());
    }

    @Property(tries = 50)
    void what_a_key_signs_is_of_that_key_and_has_a_low_s(
            @ForAll @Size(32) byte[] scalar, @ForAll @Size(32) byte[] digest) {
        scalar[0] &= 0x7f;
        scalar[31] |= 1;
        WalletKey key = WalletKey.of(scalar);
        byte[] signature = key.sign(digest).bytes();
        assertThat(RecoverableSignature.of(signature).orElseThrow().signer(digest))
                .contains(key.publicKey());
        assertThat(new BigInteger(1, Arrays.copyOfRange(signature, 32, 64))).isLessThanOrEqualTo(Secp256k1.HALF_N);
    }

    @Property(tries = 50)
    void two_keys_agree_on_the_same_secret(@ForAll @Size(31) byte[] one, @ForAll @Size(31) byte[] other) {
        WalletKey a = key(one);
        WalletKey b = key(other);
        assertThat(a.agree(b.publicKey())).isEqualTo(b.agree(a.publicKey()));
    }

    private static WalletKey key(byte[] lower) {
        byte[] scalar = Arrays.copyOf(lower, WalletKey.BYTES);
        scalar[0] &= 0x7f;
        scalar[31] = 1;
        return WalletKey.of(scalar);
    }

    @Test
    void any_bit_changed_makes_it_the_signature_of_somebody_else_or_none() {
        byte[] good = KEY.sign(DIGEST).bytes();
        for (int bit = 0; bit < good.length * Byte.SIZE; bit++) {
            byte[] bad = good.clone();
            bad[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
            assertThat(RecoverableSignature.of(bad).flatMap(signature -> signature.signer(DIGEST)))
                    .as("bit %s", bit)
                    .isNotEqualTo(java.util.Optional.of(KEY.publicKey()));
        }
    }

    @Test
    void the_other_signature_that_the_mathematics_allow_is_none() {
        byte[] good = KEY.sign(DIGEST).bytes();
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(good, 32, 64));
        byte[] high = good.clone();
        System.arraycopy(Secp256k1.bytes(Secp256k1.N.subtract(s)), 0, high, 32, 32);
        high[64] = (byte) (27 + 28 - good[64]);
        assertThat(RecoverableSignature.of(high)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 26, 29, 31, -1})
    void v_is_27_or_28(int v) {
        byte[] bytes = KEY.sign(DIGEST).bytes();
        bytes[64] = (byte) v;
        assertThat(RecoverableSignature.of(bytes)).isEmpty();
    }

    @Test
    void zero_the_order_and_more_are_no_numbers_of_a_signature() {
        for (int at : new int[] {0, 32}) {
            for (byte[] number : new byte[][] {new byte[32], Secp256k1.bytes(Secp256k1.N), filled()}) {
                byte[] bytes = KEY.sign(DIGEST).bytes();
                System.arraycopy(number, 0, bytes, at, 32);
                assertThat(RecoverableSignature.of(bytes)).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 64, 66})
    void a_signature_has_65_bytes(int length) {
        assertThat(RecoverableSignature.of(Arrays.copyOf(KEY.sign(DIGEST).bytes(), length)))
                .isEmpty();
    }

    /** 5 is the x of no point. */
    @Test
    void an_r_that_is_no_points_x_has_no_signer() {
        byte[] bytes = KEY.sign(DIGEST).bytes();
        System.arraycopy(Secp256k1.bytes(BigInteger.valueOf(5)), 0, bytes, 0, 32);
        assertThat(RecoverableSignature.of(bytes).orElseThrow().signer(DIGEST)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0x",
                "0x00",
                // no point has x = 5
                "0x020000000000000000000000000000000000000000000000000000000000000005",
                "0x0400000000000000000000000000000000000000000000000000000000000000001",
                "0x0479be667ef9dcbbac55a06295ce870b07029bfcdb2dce28d959f2815b16f81798",
                // x is the field's prime and more
                "0x02fffffffffffffffffffffffffffffffffffffffffffffffffffffffefffffc30",
                "0x000000000000000000000000000000000000000000000000000000000000000000"
            })
    void a_point_that_is_not_on_the_curve_is_no_key(String text) {
        assertThat(PublicKey.parse(text)).isEmpty();
    }

    @Test
    void zero_and_the_order_are_no_private_keys() {
        for (byte[] bytes : new byte[][] {new byte[32], Secp256k1.bytes(Secp256k1.N), filled(), new byte[31]}) {
            assertThatThrownBy(() -> WalletKey.of(bytes)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void only_a_digest_is_signed() {
        assertThatThrownBy(() -> KEY.sign(new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> KEY.sign(new byte[33])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void a_key_does_not_print_itself() {
        WalletKey key = WalletKey.generate(new SecureRandom());
        assertThat(key.toString())
                .doesNotContain(HEX.formatHex(key.bytes()))
                .contains(key.address().text());
    }

    private static byte[] filled() {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) 0xff);
        return bytes;
    }
}
