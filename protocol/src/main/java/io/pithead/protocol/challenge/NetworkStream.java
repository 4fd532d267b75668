package io.pithead.protocol.challenge;

import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;

/**
 * What goes over a line: blocks that nobody can make who has not the stream's key, and nobody on the way can make shorter. A challenge's nonce
 * is the stream's SHA-256, so that its node can tell whether it got the validator's; what a node commits to is a digest that begins with the
 * challenge's seed, which whoever has the nonce alone cannot make. The question is the key.
 */
public final class NetworkStream {
    public static final int BLOCK = 64 * 1024;
    public static final int PER_MIB = 16;
    /** A transfer says what it says within seconds; more is somebody's bill. */
    public static final int MAX_MIB = 64;

    private static final byte[] LINE = "pithead network block v1\n".getBytes(StandardCharsets.US_ASCII);

    private final byte[] key;
    private final MessageDigest sha256 = Digests.sha256();
    private final SeededStream stream = new SeededStream();

    /** @param key 32 bytes in hex */
    public NetworkStream(String key) {
        this.key = HexFormat.of().parseHex(key);
    }

    /** Takes the blocks as they come; the array is used again for the next one. */
    @FunctionalInterface
    public interface Sink {
        void take(byte[] block) throws IOException;
    }

    public byte[] block(int index) {
        byte[] block = new byte[BLOCK];
        fill(index, block);
        return block;
    }

    public void sendTo(Sink sink, int mib) throws IOException {
        byte[] block = new byte[BLOCK];
        for (int i = 0; i < mib * PER_MIB; i++) {
            fill(i, block);
            sink.take(block);
        }
    }

    private void fill(int index, byte[] block) {
        sha256.update(LINE);
        sha256.update(key);
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(index).array());
        stream.restart(sha256.digest()).fill(block);
    }

    /** Of all of it, in hex: the nonce of its challenge. */
    public String nonce(int mib) {
        MessageDigest all = Digests.sha256();
        each(mib, all);
        return HexFormat.of().formatHex(all.digest());
    }

    /** What a node commits to that got it. */
    public String root(Challenge challenge) {
        MessageDigest held = held(challenge);
        each(challenge.size(), held);
        return HexFormat.of().formatHex(held.digest());
    }

    /** To be updated with the stream. */
    public static MessageDigest held(Challenge challenge) {
        MessageDigest held = Digests.sha256();
        held.update(challenge.line("held"));
        held.update(challenge.seed());
        return held;
    }

    private void each(int mib, MessageDigest digest) {
        byte[] block = new byte[BLOCK];
        for (int i = 0; i < mib * PER_MIB; i++) {
            fill(i, block);
            digest.update(block);
        }
    }
}
