package io.pithead.protocol.challenge;

import io.pithead.protocol.signing.Digests;
import java.nio.ByteBuffer;
import java.security.MessageDigest;

/**
 * The rows of a challenge's two factors, each a stream of its own, so that any row can be made without the others. An entry is a byte
 * from -128 to 127: 1,024 products sum to at most 2^24, which a 32-bit float holds exactly, and {@value #MAX_SIZE} to at most 2^30. Not
 * thread-safe.
 */
public final class MatrixRows {
    public static final int MAX_SIZE = 1 << 16;
    /** So many products of two entries sum to a whole number that a 32-bit float holds, in whatever order they are added. */
    public static final int EXACT_IN_FLOAT = 1_024;

    private static final byte A = 'A';
    private static final byte B = 'B';

    private final byte[] seed;
    private final SeededStream stream = new SeededStream();
    private final MessageDigest sha256 = Digests.sha256();

    public MatrixRows(byte[] seed) {
        this.seed = seed.clone();
    }

    /** @param into as long as a row is */
    public void a(int row, byte[] into) {
        fill(A, row, into);
    }

    /** @param into as long as a row is */
    public void b(int row, byte[] into) {
        fill(B, row, into);
    }

    private void fill(byte matrix, int row, byte[] into) {
        if (row < 0 || row >= into.length || into.length > MAX_SIZE) {
            throw new IndexOutOfBoundsException("row " + row + " of " + into.length);
        }
        sha256.update(seed);
        sha256.update(matrix);
        byte[] key =
                sha256.digest(ByteBuffer.allocate(Integer.BYTES).putInt(row).array());
        stream.restart(key).fill(into);
    }
}
