package io.pithead.protocol.signing;

import fr.acinq.secp256k1.Secp256k1Exception;
import java.math.BigInteger;
import java.util.Optional;
import org.bouncycastle.math.ec.ECPoint;

/** By libsecp256k1 (MIT), bound by secp256k1-kmp (Apache-2.0). The library comes out of its jar into the temporary folder. */
final class NativeRecovery implements Recovery {
    private final fr.acinq.secp256k1.Secp256k1 library = fr.acinq.secp256k1.Secp256k1.get();

    @Override
    public Optional<ECPoint> recover(BigInteger r, BigInteger s, boolean odd, byte[] digest) {
        byte[] signature = new byte[2 * Secp256k1.SCALAR_BYTES];
        System.arraycopy(Secp256k1.bytes(r), 0, signature, 0, Secp256k1.SCALAR_BYTES);
        System.arraycopy(Secp256k1.bytes(s), 0, signature, Secp256k1.SCALAR_BYTES, Secp256k1.SCALAR_BYTES);
        try {
            return Optional.of(Secp256k1.uncompressed(library.ecdsaRecover(signature, digest, odd ? 1 : 0)));
        } catch (Secp256k1Exception e) {
            return Optional.empty();
        }
    }
}
