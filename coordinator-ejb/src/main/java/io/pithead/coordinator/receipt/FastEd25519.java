package io.pithead.coordinator.receipt;

import java.security.PrivateKey;
import java.security.interfaces.EdECPrivateKey;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/**
 * Ed25519 by BouncyCastle, which keeps tables for the base point: 0.05 ms for a signature that takes the JDK 0.9 ms. One
 * thread signs the receipts of a whole batch, so that time was the limit of jobs per second. Signatures are the same bytes.
 */
final class FastEd25519 {
    private final Ed25519PrivateKeyParameters key;

    private FastEd25519(Ed25519PrivateKeyParameters key) {
        this.key = key;
    }

    static FastEd25519 of(PrivateKey key) {
        byte[] seed = ((EdECPrivateKey) key)
                .getBytes()
                .orElseThrow(() -> new IllegalArgumentException("the signing key does not give its bytes"));
        return new FastEd25519(new Ed25519PrivateKeyParameters(seed));
    }

    byte[] sign(byte[] message) {
        var signer = new Ed25519Signer();
        signer.init(true, key);
        signer.update(message, 0, message.length);
        return signer.generateSignature();
    }
}
