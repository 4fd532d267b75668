package io.pithead.coordinator.verify.core;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.UUID;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Numbers that repeat for whoever has the key and tell nothing to whoever has not: HMAC-SHA256 over purpose, id and count. */
public final class Draw {
    public static final int MIN_KEY_BYTES = 32;

    private static final String HMAC = "HmacSHA256";
    /** As many bits as a double holds exactly. */
    private static final int BITS = 53;

    /** Never used itself: a copy is made for each number, which saves hashing the key again. */
    private final Mac keyed;

    /** @param secret of the operator, the same at every instance */
    public Draw(byte[] secret) {
        if (secret.length < MIN_KEY_BYTES) {
            throw new IllegalArgumentException("a key of " + secret.length + " bytes can be guessed");
        }
        keyed = keyed(secret);
    }

    /** @return from 0 to under 1; one purpose says nothing about another */
    double fraction(Purpose purpose, UUID id, long count) {
        return (number(purpose, id, count) >>> (Long.SIZE - BITS)) * 0x1p-53;
    }

    long number(Purpose purpose, UUID id, long count) {
        byte[] name = purpose.name().getBytes(StandardCharsets.US_ASCII);
        byte[] text = ByteBuffer.allocate(name.length + 1 + 3 * Long.BYTES)
                .put(name)
                .put((byte) 0)
                .putLong(id.getMostSignificantBits())
                .putLong(id.getLeastSignificantBits())
                .putLong(count)
                .array();
        return ByteBuffer.wrap(mac().doFinal(text)).getLong();
    }

    private Mac mac() {
        try {
            return (Mac) keyed.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("Java's own HMAC can be copied", e);
        }
    }

    private static Mac keyed(byte[] secret) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(secret, HMAC));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HMAC-SHA256", e);
        }
    }

    /** What is drawn for. */
    enum Purpose {
        REPLICATE,
        NEWCOMER,
        CANARY,
        CANARY_CHOICE
    }
}
