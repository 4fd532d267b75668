package io.pithead.protocol.signing;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.math.ec.ECPoint;

/** A secp256k1 key that others may know: 33 bytes, on the wire {@code 0x} and 66 lower-case digits. */
public final class PublicKey {
    public static final int BYTES = Secp256k1.POINT_BYTES;

    private final ECPoint point;

    PublicKey(ECPoint point) {
        this.point = point.normalize();
    }

    /** @throws IllegalArgumentException when the bytes are no point of the curve */
    public static PublicKey of(byte[] compressed) {
        return new PublicKey(Secp256k1.point(compressed));
    }

    public static Optional<PublicKey> parse(String text) {
        try {
            return Hex.parse(text, BYTES).map(PublicKey::of);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    public Address address() {
        byte[] uncompressed = point.getEncoded(false);
        byte[] hash = Keccak.digest(Arrays.copyOfRange(uncompressed, 1, uncompressed.length));
        return Address.of(Arrays.copyOfRange(hash, Keccak.BYTES - Address.BYTES, Keccak.BYTES));
    }

    public byte[] bytes() {
        return point.getEncoded(true);
    }

    public String text() {
        return Hex.text(bytes());
    }

    ECPoint point() {
        return point;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PublicKey key && point.equals(key.point);
    }

    @Override
    public int hashCode() {
        return point.hashCode();
    }

    @Override
    public String toString() {
        return text();
    }
}
