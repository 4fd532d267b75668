package io.pithead.protocol.challenge;

import io.pithead.protocol.signing.Digests;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A Merkle tree over the rows of a product or the pages of memory, by SHA-256. A leaf is hashed with a 0 and its row's index before it and a node with a 1, so that
 * neither passes for the other and no row for another. A path is checked at the place that its index has in a tree of so many rows:
 * a last node without a sibling goes up as it is, and a path has exactly the siblings of its place.
 */
public final class RowTree {
    public static final int HASH = 32;
    /** As many pages as the largest memory has; a product has fewer rows. */
    public static final int MAX_LEAVES = 1 << 24;
    /** Of as many leaves as there may be. */
    public static final int MAX_PATH = 24;

    private static final byte LEAF = 0;
    private static final byte NODE = 1;

    /** From the leaves to the root, each one array. */
    private final List<byte[]> levels = new ArrayList<>();

    /** @param leaves one after the other; the array is kept and must not change */
    public RowTree(byte[] leaves) {
        if (leaves.length == 0 || leaves.length % HASH != 0 || leaves.length / HASH > MAX_LEAVES) {
            throw new IllegalArgumentException("no leaves of 1 to " + MAX_LEAVES + " rows");
        }
        MessageDigest sha256 = Digests.sha256();
        levels.add(leaves);
        for (byte[] below = leaves; below.length > HASH; below = levels.getLast()) {
            levels.add(above(sha256, below));
        }
    }

    private static byte[] above(MessageDigest sha256, byte[] below) {
        int nodes = below.length / HASH;
        byte[] above = new byte[parents(nodes) * HASH];
        for (int left = 0; left < nodes; left += 2) {
            byte[] node = left + 1 < nodes ? join(sha256, node(below, left), node(below, left + 1)) : node(below, left);
            System.arraycopy(node, 0, above, left / 2 * HASH, HASH);
        }
        return above;
    }

    /** @param values the row's entries, each 32 bits, the lowest byte first */
    public static byte[] leaf(MessageDigest sha256, int index, byte[] values) {
        sha256.update(LEAF);
        sha256.update(ByteBuffer.allocate(Integer.BYTES).putInt(index).array());
        return sha256.digest(values);
    }

    public static byte[] bytes(int[] row) {
        ByteBuffer bytes = ByteBuffer.allocate(row.length * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asIntBuffer().put(row);
        return bytes.array();
    }

    /** @param values of whole entries */
    public static int[] row(byte[] values) {
        int[] row = new int[values.length / Integer.BYTES];
        ByteBuffer.wrap(values).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer().get(row);
        return row;
    }

    public byte[] root() {
        return levels.getLast().clone();
    }

    /** The siblings on the way to the root, from the leaf's on. */
    public List<byte[]> path(int index) {
        if (index < 0 || index >= levels.getFirst().length / HASH) {
            throw new IndexOutOfBoundsException(index);
        }
        var path = new ArrayList<byte[]>();
        int at = index;
        for (byte[] level : levels) {
            int sibling = at ^ 1;
            if (sibling < level.length / HASH) {
                path.add(node(level, sibling));
            }
            at /= 2;
        }
        return path;
    }

    /** Whether a tree of so many leaves with this root has this leaf at this place. */
    public static boolean holds(byte[] root, int leaves, int index, byte[] leaf, List<byte[]> path) {
        MessageDigest sha256 = Digests.sha256();
        byte[] node = leaf;
        int at = index;
        int used = 0;
        for (int nodes = leaves; nodes > 1; nodes = parents(nodes)) {
            if ((at ^ 1) < nodes) {
                if (used == path.size()) {
                    return false;
                }
                byte[] sibling = path.get(used++);
                node = at % 2 == 0 ? join(sha256, node, sibling) : join(sha256, sibling, node);
            }
            at /= 2;
        }
        return used == path.size() && Arrays.equals(node, root);
    }

    private static byte[] join(MessageDigest sha256, byte[] left, byte[] right) {
        sha256.update(NODE);
        sha256.update(left);
        return sha256.digest(right);
    }

    private static int parents(int nodes) {
        return (nodes + 1) / 2;
    }

    private static byte[] node(byte[] level, int index) {
        return Arrays.copyOfRange(level, index * HASH, (index + 1) * HASH);
    }
}
