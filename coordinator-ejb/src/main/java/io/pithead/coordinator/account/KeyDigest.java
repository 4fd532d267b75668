package io.pithead.coordinator.account;

import java.nio.ByteBuffer;

/** A SHA-256 as a map key: all 256 bits, compared without an array. */
record KeyDigest(long a, long b, long c, long d) {
    static KeyDigest of(byte[] sha256) {
        var bytes = ByteBuffer.wrap(sha256);
        return new KeyDigest(bytes.getLong(), bytes.getLong(), bytes.getLong(), bytes.getLong());
    }

    byte[] bytes() {
        return ByteBuffer.allocate(4 * Long.BYTES)
                .putLong(a)
                .putLong(b)
                .putLong(c)
                .putLong(d)
                .array();
    }
}
