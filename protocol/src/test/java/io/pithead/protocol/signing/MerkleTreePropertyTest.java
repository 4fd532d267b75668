package io.pithead.protocol.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.crypto.digests.KeccakDigest;

class MerkleTreePropertyTest {
    private static byte[] leaf(int value) {
        return keccak(ByteBuffer.allocate(Integer.BYTES).putInt(value).array());
    }

    private static byte[] keccak(byte[]... parts) {
        var digest = new KeccakDigest(256);
        for (byte[] part : parts) {
            digest.update(part, 0, part.length);
        }
        byte[] hash = new byte[32];
        digest.doFinal(hash, 0);
        return hash;
    }

    private static byte[] pair(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(a, b) <= 0 ? keccak(a, b) : keccak(b, a);
    }

    /** Straight from the definition. */
    private static byte[] root(List<byte[]> level) {
        if (level.size() == 1) {
            return level.getFirst();
        }
        var above = new ArrayList<byte[]>();
        for (int i = 0; i < level.size(); i += 2) {
            above.add(i + 1 < level.size() ? pair(level.get(i), level.get(i + 1)) : level.get(i));
        }
        return root(above);
    }

    /** As OpenZeppelin's MerkleProof.processProof. */
    private static byte[] climb(byte[] leaf, List<byte[]> proof) {
        byte[] at = leaf;
        for (byte[] sibling : proof) {
            at = pair(at, sibling);
        }
        return at;
    }

    @Property
    void a_tree_that_grew_and_changed_is_the_one_of_its_leaves(
            @ForAll @Size(min = 1, max = 200) List<@IntRange(max = 1_000) Integer> steps) {
        var tree = new MerkleTree();
        var leaves = new ArrayList<byte[]>();
        for (int step : steps) {
            if (leaves.isEmpty() || step % 3 > 0) {
                leaves.add(leaf(step));
                assertThat(tree.add(leaf(step))).isEqualTo(leaves.size() - 1);
            } else {
                int index = step % leaves.size();
                leaves.set(index, leaf(-step));
                tree.set(index, leaf(-step));
            }
            if (step % 5 == 0) {
                assertThat(tree.root()).isEqualTo(root(leaves));
            }
        }
        assertThat(tree.root()).isEqualTo(root(leaves));
        assertThat(tree.size()).isEqualTo(leaves.size());
    }

    @Property
    void every_leaf_has_a_proof_and_no_other_leaf_has_it(@ForAll @IntRange(min = 1, max = 300) int size) {
        var tree = new MerkleTree();
        for (int i = 0; i < size; i++) {
            tree.add(leaf(i));
        }
        for (int i = 0; i < size; i++) {
            List<byte[]> proof = tree.proof(i);
            assertThat(climb(leaf(i), proof)).isEqualTo(tree.root());
            assertThat(climb(leaf(size + i), proof)).isNotEqualTo(tree.root());
            assertThat(proof).hasSizeLessThanOrEqualTo(Integer.SIZE - Integer.numberOfLeadingZeros(size - 1));
        }
    }

    /** Keccak-256 of 64 zero bytes, which every Ethereum tool gives. */
    @Example
    void two_equal_leaves_are_the_known_hash() {
        var tree = new MerkleTree();
        tree.add(new byte[32]);
        tree.add(new byte[32]);
        assertThat(HexFormat.of().formatHex(tree.root()))
                .isEqualTo("ad3228b676f7d3cd4284a5443f17f1962b36e491b30a40b2405849e597ba5fb5");
    }

    @Example
    void what_is_no_leaf_is_refused() {
        var tree = new MerkleTree();
        assertThatThrownBy(tree::root).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> tree.proof(0)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tree.set(0, new byte[32])).isInstanceOf(IndexOutOfBoundsException.class);
        tree.add(new byte[32]);
        assertThatThrownBy(() -> tree.set(0, new byte[31])).isInstanceOf(IllegalArgumentException.class);
        assertThat(tree.size()).isEqualTo(1);
    }
}
