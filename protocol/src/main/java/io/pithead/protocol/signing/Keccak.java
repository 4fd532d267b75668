package io.pithead.protocol.signing;

import org.bouncycastle.crypto.digests.KeccakDigest;

/** Keccak-256 as Ethereum uses it: before the padding that became SHA-3. */
public final class Keccak {
    public static final int BYTES = 32;

    private Keccak() {}

    /** Of all the parts, one after the other. */
    public static byte[] digest(byte[]... parts) {
        var keccak = new KeccakDigest(BYTES * Byte.SIZE);
        for (byte[] part : parts) {
            keccak.update(part, 0, part.length);
        }
        byte[] digest = new byte[BYTES];
        keccak.doFinal(digest, 0);
        return digest;
    }
}
