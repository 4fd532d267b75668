package io.pithead.protocol.wallet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.protocol.money.Money;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.ContractMessages;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.Keccak;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.BigRange;
import net.jqwik.api.constraints.Size;

class RewardTreePropertyTest {
    private static final long CHAIN = 31_337;
    private static final Address CONTRACT = account(0xc0);
    private static final BigInteger MAX = BigInteger.TWO.pow(128).subtract(BigInteger.ONE);

    private static Address account(int number) {
        byte[] bytes = new byte[Address.BYTES];
        bytes[0] = (byte) (number >> 8);
        bytes[Address.BYTES - 1] = (byte) number;
        return Address.of(bytes);
    }

    private static RewardTree of(List<BigInteger> amounts) {
        var tree = new RewardTree(CHAIN, CONTRACT);
        for (int i = 0; i < amounts.size(); i++) {
            tree.set(i, account(i), amounts.get(i));
        }
        return tree;
    }

    /** As OpenZeppelin's MerkleProof.processProof. */
    private static byte[] climb(byte[] leaf, List<byte[]> proof) {
        byte[] at = leaf;
        for (byte[] sibling : proof) {
            at = Arrays.compareUnsigned(at, sibling) <= 0 ? Keccak.digest(at, sibling) : Keccak.digest(sibling, at);
        }
        return at;
    }

    @Property
    void a_tree_that_was_changed_is_the_one_made_of_its_leaves_at_once(
            @ForAll @Size(min = 1, max = 40)
                    List<@BigRange(min = "0", max = "340282366920938463463374607431768211455") BigInteger> amounts) {
        var tree = new RewardTree(CHAIN, CONTRACT);
        for (int i = 0; i < amounts.size(); i++) {
            tree.set(i, account(i), BigInteger.valueOf(i));
        }
        byte[] before = tree.root();
        var kept = tree.copy();
        for (int i = amounts.size() - 1; i >= 0; i--) {
            tree.set(i, account(i), amounts.get(i));
        }

        RewardTree fresh = of(amounts);
        assertThat(tree.root()).isEqualTo(fresh.root());
        assertThat(tree.leavesHash()).isEqualTo(fresh.leavesHash());
        assertThat(tree.total())
                .isEqualTo(amounts.stream().reduce(BigInteger.ZERO, BigInteger::add))
                .isEqualTo(fresh.total());
        assertThat(kept.root()).isEqualTo(before);
        assertThat(kept.cumulative(0)).isZero();
    }

    @Property(tries = 50)
    void every_leaf_climbs_to_the_root_and_not_with_a_unit_more(
            @ForAll @Size(min = 1, max = 40) List<@BigRange(min = "0", max = "1000000000000") BigInteger> amounts) {
        RewardTree tree = of(amounts);
        for (int i = 0; i < amounts.size(); i++) {
            byte[] leaf = ContractMessages.rewardLeaf(CHAIN, CONTRACT, account(i), amounts.get(i));
            byte[] more = ContractMessages.rewardLeaf(
                    CHAIN, CONTRACT, account(i), amounts.get(i).add(BigInteger.ONE));
            assertThat(climb(leaf, tree.proof(i))).isEqualTo(tree.root());
            assertThat(climb(more, tree.proof(i))).isNotEqualTo(tree.root());
        }
    }

    @Property(tries = 50)
    void the_file_is_a_line_of_json_for_each_leaf(
            @ForAll @Size(max = 40)
                    List<@BigRange(min = "0", max = "340282366920938463463374607431768211455") BigInteger> amounts)
            throws IOException {
        var values = new ArrayList<>(amounts);
        values.addAll(List.of(BigInteger.ZERO, BigInteger.ONE, BigInteger.TEN.pow(6), MAX));
        values.add(BigInteger.valueOf(999_999));
        RewardTree tree = of(values);
        var expected = new ByteArrayOutputStream();
        for (int i = 0; i < values.size(); i++) {
            expected.writeBytes(RewardTree.line(new Leaf(i, account(i).text(), Money.format(values.get(i)))));
        }

        var file = new ByteArrayOutputStream();
        tree.write(file);
        assertThat(file.toByteArray()).isEqualTo(expected.toByteArray());
        assertThat(HexFormat.of().formatHex(tree.leavesHash())).isEqualTo(Digests.sha256Hex(expected.toByteArray()));
    }

    @Example
    void a_file_longer_than_its_buffer_is_whole() throws IOException {
        var tree = new RewardTree(CHAIN, CONTRACT);
        var expected = new ByteArrayOutputStream();
        for (int i = 0; i < 5_000; i++) {
            tree.set(i, account(i), BigInteger.valueOf(i));
            expected.writeBytes(RewardTree.line(new Leaf(i, account(i).text(), Money.format(BigInteger.valueOf(i)))));
        }
        var file = new ByteArrayOutputStream();
        tree.write(file);
        assertThat(file.toByteArray()).isEqualTo(expected.toByteArray());
    }

    @Example
    void a_place_is_one_accounts_for_good_and_no_place_is_left_out() {
        RewardTree tree = of(List.of(BigInteger.ONE));
        assertThatThrownBy(() -> tree.set(0, account(7), BigInteger.TWO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.set(2, account(7), BigInteger.TWO)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> tree.set(0, account(0), MAX.add(BigInteger.ONE)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tree.set(0, account(0), BigInteger.ONE.negate()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(tree.total()).isEqualTo(BigInteger.ONE);
    }
}
