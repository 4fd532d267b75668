package io.pithead.protocol.signing;

import java.math.BigInteger;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.util.BigIntegers;

/** The curve of SEC 2, §2.4.1, and the checks without which a point or a number is none of it. */
final class Secp256k1 {
    static final int SCALAR_BYTES = 32;
    static final int POINT_BYTES = 33;
    private static final X9ECParameters CURVE = CustomNamedCurves.getByName("secp256k1");
    static final ECDomainParameters DOMAIN =
            new ECDomainParameters(CURVE.getCurve(), CURVE.getG(), CURVE.getN(), CURVE.getH());
    static final BigInteger N = CURVE.getN();
    static final BigInteger HALF_N = N.shiftRight(1);
    static final ECPoint G = CURVE.getG();

    private Secp256k1() {}

    static boolean isScalar(BigInteger number) {
        return number.signum() > 0 && number.compareTo(N) < 0;
    }

    static byte[] bytes(BigInteger number) {
        return BigIntegers.asUnsignedByteArray(SCALAR_BYTES, number);
    }

    /** The cofactor is 1: a point on the curve that is not infinity is of the group. @throws IllegalArgumentException */
    static ECPoint point(byte[] compressed) {
        if (compressed.length != POINT_BYTES) {
            throw new IllegalArgumentException("a public key has " + POINT_BYTES + " bytes");
        }
        return DOMAIN.validatePublicPoint(CURVE.getCurve().decodePoint(compressed));
    }

    /** @throws IllegalArgumentException */
    static ECPoint uncompressed(byte[] bytes) {
        return DOMAIN.validatePublicPoint(CURVE.getCurve().decodePoint(bytes));
    }
}
