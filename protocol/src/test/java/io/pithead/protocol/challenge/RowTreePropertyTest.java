package io.pithead.protocol.challenge;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.signing.Digests;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class RowTreePropertyTest {
    private static byte[] leaf(int index) {
        return RowTree.leaf(Digests.sha256(), index, RowTree.bytes(new int[] {index, -index}));
    }

    private static RowTree tree(int leaves) {
        byte[] all = new byte[leaves * RowTree.HASH];
        for (int i = 0; i < leaves; i++) {
            System.arraycopy(leaf(i), 0, all, i * RowTree.HASH, RowTree.HASH);
        }
        return new RowTree(all);
    }

    @Property(tries = 300)
    void each_leaf_holds_at_its_place_and_at_no_other(
            @ForAll @IntRange(min = 1, max = 200) int leaves, @ForAll @IntRange(max = 199) int at) {
        RowTree tree = tree(leaves);
        int index = at % leaves;
        List<byte[]> path = tree.path(index);
        for (int place = 0; place < leaves; place++) {
            assertThat(RowTree.holds(tree.root(), leaves, place, leaf(index), path))
                    .isEqualTo(place == index);
        }
        assertThat(RowTree.holds(tree.root(), leaves, index, leaf(index + 1), path))
                .isFalse();
    }

    @Property(tries = 300)
    void a_path_with_a_changed_byte_or_of_another_length_does_not_hold(
            @ForAll @IntRange(min = 2, max = 200) int leaves, @ForAll @IntRange(max = 199) int at) {
        RowTree tree = tree(leaves);
        int index = at % leaves;
        List<byte[]> path = tree.path(index);
        for (int step = 0; step < path.size(); step++) {
            var tampered = new ArrayList<byte[]>(path);
            byte[] changed = path.get(step).clone();
            changed[step] ^= 1;
            tampered.set(step, changed);
            assertThat(RowTree.holds(tree.root(), leaves, index, leaf(index), tampered))
                    .isFalse();
        }
        var longer = new ArrayList<byte[]>(path);
        longer.add(tree.root());
        assertThat(RowTree.holds(tree.root(), leaves, index, leaf(index), longer))
                .isFalse();
        assertThat(RowTree.holds(tree.root(), leaves, index, leaf(index), path.subList(1, path.size())))
                .isFalse();
    }

    /** A tree that doubles a last node has one root for two lists of leaves. */
    @Example
    void leaves_that_are_repeated_at_the_end_make_another_root() {
        byte[] three = new byte[3 * RowTree.HASH];
        byte[] four = new byte[4 * RowTree.HASH];
        for (int i = 0; i < 3; i++) {
            System.arraycopy(leaf(i), 0, three, i * RowTree.HASH, RowTree.HASH);
            System.arraycopy(leaf(i), 0, four, i * RowTree.HASH, RowTree.HASH);
        }
        System.arraycopy(leaf(2), 0, four, 3 * RowTree.HASH, RowTree.HASH);

        assertThat(new RowTree(three).root()).isNotEqualTo(new RowTree(four).root());
    }

    @Example
    void equal_rows_at_two_places_are_two_leaves() {
        byte[] row = RowTree.bytes(new int[] {1, 2, 3});

        assertThat(RowTree.leaf(Digests.sha256(), 0, row)).isNotEqualTo(RowTree.leaf(Digests.sha256(), 1, row));
    }

    /** A row whose bytes are those of two nodes is hashed as a row. */
    @Example
    void a_node_is_no_leaf() {
        RowTree two = tree(2);
        byte[] pair = new byte[2 * RowTree.HASH];
        System.arraycopy(leaf(0), 0, pair, 0, RowTree.HASH);
        System.arraycopy(leaf(1), 0, pair, RowTree.HASH, RowTree.HASH);

        assertThat(RowTree.leaf(Digests.sha256(), 0, pair)).isNotEqualTo(two.root());
        assertThat(RowTree.holds(two.root(), 1, 0, two.root(), List.of())).isTrue();
    }
}
