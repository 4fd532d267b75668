package io.pithead.protocol.signing;

import java.math.BigInteger;
import java.security.SecureRandom;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;

/**
 * A private secp256k1 key. It signs digests that our own code made of typed data; nothing here signs bytes that a peer chose,
 * and nothing prints it.
 */
public final class WalletKey {
    public static final int BYTES = Secp256k1.SCALAR_BYTES;

    private final ECPrivateKeyParameters key;
    private final PublicKey publicKey;

    private WalletKey(BigInteger scalar) {
        key = new ECPrivateKeyParameters(scalar, Secp256k1.DOMAIN);
        publicKey = new PublicKey(new FixedPointCombMultiplier().multiply(Secp256k1.G, scalar));
    }

    public static WalletKey generate(SecureRandom random) {
        byte[] bytes = new byte[BYTES];
        while (true) {
            random.nextBytes(bytes);
            BigInteger scalar = new BigInteger(1, bytes);
            if (Secp256k1.isScalar(scalar)) {
                return new WalletKey(scalar);
            }
        }
    }

    /** @throws IllegalArgumentException when the bytes are no private key */
    public static WalletKey of(byte[] bytes) {
        BigInteger scalar = new BigInteger(1, bytes);
        if (bytes.length != BYTES || !Secp256k1.isScalar(scalar)) {
            throw new IllegalArgumentException("not a private key of secp256k1");
        }
        return new WalletKey(scalar);
    }

    public PublicKey publicKey() {
        return publicKey;
    }

    public Address address() {
        return publicKey.address();
    }

    /** For a key file, and for nothing else. */
    public byte[] bytes() {
        return Secp256k1.bytes(key.getD());
    }

    /** Deterministic (RFC 6979), with a low s. */
    public RecoverableSignature sign(byte[] digest) {
        if (digest.length != Keccak.BYTES) {
            throw new IllegalArgumentException("only digests of " + Keccak.BYTES + " bytes are signed");
        }
        var signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, key);
        BigInteger[] parts = signer.generateSignature(digest);
        BigInteger s = parts[1].compareTo(Secp256k1.HALF_N) > 0 ? Secp256k1.N.subtract(parts[1]) : parts[1];
        for (int v : RecoverableSignature.VALUES) {
            var signature = new RecoverableSignature(parts[0], s, v);
            if (signature.signer(digest).filter(publicKey::equals).isPresent()) {
                return signature;
            }
        }
        throw new IllegalStateException("r is above the group's order: this happens once in 2^128 signatures");
    }

    /** The x coordinate of the shared point (SEC 1, §3.3.1): to be put through a key derivation, never used as it is. */
    public byte[] agree(PublicKey other) {
        var agreement = new ECDHBasicAgreement();
        agreement.init(key);
        return Secp256k1.bytes(
                agreement.calculateAgreement(new ECPublicKeyParameters(other.point(), Secp256k1.DOMAIN)));
    }

    @Override
    public String toString() {
        return "WalletKey[" + address() + "]";
    }
}
