package io.pithead.protocol.challenge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The key stream of AES-128 in counter mode from zero, under the first half of a SHA-256. Not thread-safe. */
final class SeededStream {
    private static final int KEY_BYTES = 16;
    private static final int CHUNK = 4_096;
    private static final IvParameterSpec FROM_ZERO = new IvParameterSpec(new byte[16]);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final Cipher cipher;
    private byte[] zeros = new byte[CHUNK];
    private final byte[] chunk = new byte[CHUNK];
    private int at = CHUNK;

    SeededStream() {
        try {
            cipher = Cipher.getInstance("AES/CTR/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES", e);
        }
    }

    /** From the beginning, under another key. */
    SeededStream restart(byte[] sha256) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(sha256, 0, KEY_BYTES, "AES"), FROM_ZERO);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES refused a key of its own length", e);
        }
        at = CHUNK;
        return this;
    }

    /** The next bytes, as many as there is room for. */
    void fill(byte[] into) {
        if (zeros.length < into.length) {
            zeros = new byte[into.length];
        }
        try {
            cipher.update(zeros, 0, into.length, into, 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a stream cipher needs no more room than its input", e);
        }
    }

    /** The next eight bytes, the first one highest. */
    long nextLong() {
        if (at == CHUNK) {
            fill(chunk);
            at = 0;
        }
        long value = (long) LONGS.get(chunk, at);
        at += Long.BYTES;
        return value;
    }
}
