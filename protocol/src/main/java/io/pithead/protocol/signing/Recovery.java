package io.pithead.protocol.signing;

import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.math.ec.ECAlgorithms;
import org.bouncycastle.math.ec.ECPoint;

/** How the key is found that made a signature (SEC 1, §4.1.6). All ways find the same. */
@FunctionalInterface
interface Recovery {
    /** Everywhere the same code. */
    Recovery PURE = Recovery::pure;

    /** Empty when no key can have made it. */
    Optional<ECPoint> recover(BigInteger r, BigInteger s, boolean odd, byte[] digest);

    /** libsecp256k1 where it lies beside us and can be loaded. */
    static Recovery best() {
        try {
            return new NativeRecovery();
        } catch (LinkageError | RuntimeException e) {
            // it is not in the miner, is not made for every machine, and needs a folder to run from
            return PURE;
        }
    }

    private static Optional<ECPoint> pure(BigInteger r, BigInteger s, boolean odd, byte[] digest) {
        byte[] compressed = new byte[Secp256k1.POINT_BYTES];
        compressed[0] = (byte) (odd ? 3 : 2);
        System.arraycopy(Secp256k1.bytes(r), 0, compressed, 1, Secp256k1.SCALAR_BYTES);
        ECPoint nonce;
        try {
            nonce = Secp256k1.point(compressed);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        BigInteger inverse = r.modInverse(Secp256k1.N);
        BigInteger ofG = new BigInteger(1, digest).negate().multiply(inverse).mod(Secp256k1.N);
        BigInteger ofNonce = s.multiply(inverse).mod(Secp256k1.N);
        ECPoint key = ECAlgorithms.sumOfTwoMultiplies(Secp256k1.G, ofG, nonce, ofNonce);
        return key.isInfinity() ? Optional.empty() : Optional.of(key);
    }
}
