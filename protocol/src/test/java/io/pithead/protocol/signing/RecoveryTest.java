package io.pithead.protocol.signing;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.bouncycastle.math.ec.ECPoint;
import org.junit.jupiter.api.Test;

/** The library and our own arithmetic against each other, on what is a signature and on what is none. */
class RecoveryTest {
    private static final Recovery NATIVE = Recovery.best();

    @Test
    void where_the_library_is_made_for_the_machine_it_is_used() {
        boolean made = System.getProperty("os.name").equals("Linux")
                && System.getProperty("os.arch").matches("amd64|aarch64");
        assertThat(NATIVE instanceof NativeRecovery).isEqualTo(made);
    }

    @Property(tries = 200)
    void the_key_of_a_signature_is_found_by_both(@ForAll("words") byte[] secret, @ForAll("words") byte[] digest) {
        WalletKey key = WalletKey.of(Keccak.digest(secret));
        RecoverableSignature signature = key.sign(digest);
        BigInteger r = new BigInteger(1, java.util.Arrays.copyOf(signature.bytes(), Secp256k1.SCALAR_BYTES));
        byte[] bytes = signature.bytes();
        BigInteger s = new BigInteger(
                1, java.util.Arrays.copyOfRange(bytes, Secp256k1.SCALAR_BYTES, 2 * Secp256k1.SCALAR_BYTES));
        boolean odd = bytes[2 * Secp256k1.SCALAR_BYTES] == 28;
        for (Recovery recovery : new Recovery[] {NATIVE, Recovery.PURE}) {
            assertThat(recovery.recover(r, s, odd, digest).map(PublicKey::new)).contains(key.publicKey());
            assertThat(recovery.recover(r, s, !odd, digest).map(PublicKey::new))
                    .isNotEqualTo(Optional.of(key.publicKey()));
        }
    }

    @Property(tries = 300)
    void what_is_no_signature_is_none_for_both(
            @ForAll("scalars") BigInteger r,
            @ForAll("scalars") BigInteger s,
            @ForAll boolean odd,
            @ForAll("words") byte[] digest) {
        assertThat(NATIVE.recover(r, s, odd, digest).map(ECPoint::normalize))
                .isEqualTo(Recovery.PURE.recover(r, s, odd, digest).map(ECPoint::normalize));
    }

    @Provide
    Arbitrary<byte[]> words() {
        return Arbitraries.bytes().array(byte[].class).ofSize(Secp256k1.SCALAR_BYTES);
    }

    @Provide
    Arbitrary<BigInteger> scalars() {
        return Arbitraries.bigIntegers().between(BigInteger.ONE, Secp256k1.N.subtract(BigInteger.ONE));
    }
}
