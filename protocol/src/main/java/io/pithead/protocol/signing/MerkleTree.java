package io.pithead.protocol.signing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.bouncycastle.crypto.digests.KeccakDigest;

/**
 * A Merkle tree of 32-byte leaves that grows at its end and is changed in place: a root after k changes of n leaves costs at most
 * k·log n hashes, and 64 bytes a leaf are held. A node is the Keccak-256 of its two children, the smaller one first, so that a
 * proof is its siblings alone and OpenZeppelin's {@code MerkleProof} checks it; a last node without a sibling goes up as it is.
 * Leaves have to be hashes of something that is not 64 bytes long, or a node could pass for one. Not thread-safe.
 */
public final class MerkleTree {
    public static final int HASH = 32;
    /** Of a level's array no more than 2 GiB; far more than there are wallets. */
    public static final int MAX_LEAVES = 1 << 25;

    private static final int FIRST = 16;

    private final KeccakDigest keccak = new KeccakDigest(HASH * Byte.SIZE);
    /** From the leaves to the root, each one array: a million small objects would cost more than what is in them. */
    private final List<byte[]> levels = new ArrayList<>(List.of(new byte[FIRST * HASH]));

    private BitSet changed = new BitSet();
    private int size;

    /** As it is now; what happens to one later does not happen to the other. */
    public MerkleTree copy() {
        var copy = new MerkleTree();
        copy.levels.clear();
        levels.forEach(level -> copy.levels.add(level.clone()));
        copy.changed = (BitSet) changed.clone();
        copy.size = size;
        return copy;
    }

    public int size() {
        return size;
    }

    /** @return where it stands, for good */
    public int add(byte[] leaf) {
        if (size == MAX_LEAVES) {
            throw new IllegalStateException("the tree has " + MAX_LEAVES + " leaves already");
        }
        size++;
        set(size - 1, leaf);
        return size - 1;
    }

    public void set(int index, byte[] leaf) {
        if (leaf.length != HASH) {
            throw new IllegalArgumentException("a leaf has " + HASH + " bytes, not " + leaf.length);
        }
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        System.arraycopy(leaf, 0, level(0, size), index * HASH, HASH);
        changed.set(index);
    }

    /** @throws IllegalStateException when there is no leaf */
    public byte[] root() {
        if (size == 0) {
            throw new IllegalStateException("a tree without leaves has no root");
        }
        bringUp();
        int top = 0;
        for (int nodes = size; nodes > 1; nodes = parents(nodes)) {
            top++;
        }
        return node(top, 0);
    }

    /** The siblings on the way to the root, from the leaf's on. */
    public List<byte[]> proof(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        bringUp();
        var siblings = new ArrayList<byte[]>();
        int at = index;
        int level = 0;
        for (int nodes = size; nodes > 1; nodes = parents(nodes)) {
            int sibling = at ^ 1;
            if (sibling < nodes) {
                siblings.add(node(level, sibling));
            }
            at /= 2;
            level++;
        }
        return siblings;
    }

    /** The nodes above what has changed, level by level, each once. */
    private void bringUp() {
        BitSet below = changed;
        int level = 0;
        for (int nodes = size; nodes > 1 && !below.isEmpty(); nodes = parents(nodes)) {
            var above = new BitSet(parents(nodes));
            byte[] children = level(level, nodes);
            byte[] target = level(level + 1, parents(nodes));
            for (int child = below.nextSetBit(0); child >= 0; child = below.nextSetBit((child | 1) + 1)) {
                int parent = child / 2;
                join(children, 2 * parent, 2 * parent + 1 < nodes, target, parent);
                above.set(parent);
            }
            below = above;
            level++;
        }
        changed = new BitSet();
    }

    private void join(byte[] children, int left, boolean paired, byte[] target, int parent) {
        int at = left * HASH;
        if (!paired) {
            System.arraycopy(children, at, target, parent * HASH, HASH);
            return;
        }
        int next = at + HASH;
        boolean inOrder = Arrays.compareUnsigned(children, at, next, children, next, next + HASH) <= 0;
        keccak.update(children, inOrder ? at : next, HASH);
        keccak.update(children, inOrder ? next : at, HASH);
        keccak.doFinal(target, parent * HASH);
    }

    private static int parents(int nodes) {
        return (nodes + 1) / 2;
    }

    private byte[] node(int level, int index) {
        return Arrays.copyOfRange(levels.get(level), index * HASH, (index + 1) * HASH);
    }

    /** With room for so many nodes. */
    private byte[] level(int number, int nodes) {
        if (number == levels.size()) {
            levels.add(new byte[FIRST * HASH]);
        }
        byte[] level = levels.get(number);
        if (level.length < nodes * HASH) {
            level = Arrays.copyOf(level, Math.max(2 * level.length, nodes * HASH));
            levels.set(number, level);
        }
        return level;
    }
}
