package io.pithead.protocol.signing;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Optional;

/**
 * An ECDSA signature from which its key is recovered: r, s and v, 65 bytes, {@code 0x} and 130 digits on the wire. There is one
 * for a digest and a key: s is at most half the order (EIP-2) and v is 27 or 28, or it is no signature.
 */
public final class RecoverableSignature {
    public static final int BYTES = 2 * Secp256k1.SCALAR_BYTES + 1;
    /** v for an even and an odd y. What recovery would do with r above the order is left out: nobody can make one. */
    static final int[] VALUES = {27, 28};

    private static final Recovery RECOVERY = Recovery.best();

    private final BigInteger r;
    private final BigInteger s;
    private final int v;

    RecoverableSignature(BigInteger r, BigInteger s, int v) {
        this.r = r;
        this.s = s;
        this.v = v;
    }

    /** Empty for anything but the one form of a signature. */
    public static Optional<RecoverableSignature> of(byte[] bytes) {
        if (bytes.length != BYTES) {
            return Optional.empty();
        }
        BigInteger r = new BigInteger(1, Arrays.copyOfRange(bytes, 0, Secp256k1.SCALAR_BYTES));
        BigInteger s = new BigInteger(1, Arrays.copyOfRange(bytes, Secp256k1.SCALAR_BYTES, BYTES - 1));
        int v = bytes[BYTES - 1];
        boolean good = Secp256k1.isScalar(r)
                && Secp256k1.isScalar(s)
                && s.compareTo(Secp256k1.HALF_N) <= 0
                && (v == VALUES[0] || v == VALUES[1]);
        return good ? Optional.of(new RecoverableSignature(r, s, v)) : Optional.empty();
    }

    public static Optional<RecoverableSignature> parse(String text) {
        return Hex.parse(text, BYTES).flatMap(RecoverableSignature::of);
    }

    /** The one key that made this signature of this digest; empty when none can have (SEC 1, §4.1.6). */
    public Optional<PublicKey> signer(byte[] digest) {
        return RECOVERY.recover(r, s, v == VALUES[1], digest).map(PublicKey::new);
    }

    public byte[] bytes() {
        byte[] bytes = new byte[BYTES];
        System.arraycopy(Secp256k1.bytes(r), 0, bytes, 0, Secp256k1.SCALAR_BYTES);
        System.arraycopy(Secp256k1.bytes(s), 0, bytes, Secp256k1.SCALAR_BYTES, Secp256k1.SCALAR_BYTES);
        bytes[BYTES - 1] = (byte) v;
        return bytes;
    }

    @Override
    public String toString() {
        return Hex.text(bytes());
    }
}
