package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class SharesPropertyTest {
    private static String address(String kind, int number) {
        return "0x" + kind.repeat(32) + String.format("%08x", number);
    }

    private static List<String> validators(int count) {
        return IntStream.range(0, count).mapToObj(i -> address("a", i)).toList();
    }

    private static List<String> owners(List<String> validators, String node, long epoch) {
        return validators.stream()
                .filter(me -> Shares.isMine(me, validators, node, epoch))
                .toList();
    }

    @Property
    void every_node_has_one_validator_in_an_epoch(
            @ForAll @IntRange(min = 1, max = 12) int count, @ForAll int node, @ForAll long epoch) {
        assertThat(owners(validators(count), address("b", node), epoch)).hasSize(1);
    }

    @Property
    void one_that_goes_moves_its_own_nodes_alone(
            @ForAll @IntRange(min = 2, max = 12) int count, @ForAll int node, @ForAll long epoch, @ForAll int gone) {
        List<String> all = validators(count);
        var rest = new ArrayList<>(all);
        String left = rest.remove(Math.floorMod(gone, count));
        List<String> before = owners(all, address("b", node), epoch);

        if (!before.contains(left)) {
            assertThat(owners(rest, address("b", node), epoch)).isEqualTo(before);
        }
    }

    @Property
    void in_whatever_order_validators_are_known(
            @ForAll @IntRange(min = 1, max = 12) int count, @ForAll int node, @ForAll long epoch, @ForAll long seed) {
        var shuffled = new ArrayList<>(validators(count));
        Collections.shuffle(shuffled, new Random(seed));

        assertThat(owners(shuffled, address("b", node), epoch))
                .isEqualTo(owners(validators(count), address("b", node), epoch));
    }

    @Property
    void who_is_no_validator_has_no_node_where_others_are(@ForAll int node, @ForAll long epoch) {
        assertThat(Shares.isMine(address("c", 1), validators(3), address("b", node), epoch))
                .isFalse();
        assertThat(Shares.isMine(address("c", 1), List.of(), address("b", node), epoch))
                .isTrue();
    }

    /** 3,000 nodes, three validators: 1,000 each, and six standard deviations are 155. */
    @Example
    void shares_are_about_even_and_each_epoch_deals_anew() {
        List<String> validators = validators(3);
        int moved = 0;
        int[] nodes = new int[3];
        for (int node = 0; node < 3_000; node++) {
            String address = address("b", node);
            String owner = owners(validators, address, 1).getFirst();
            nodes[validators.indexOf(owner)]++;
            moved += owners(validators, address, 2).contains(owner) ? 0 : 1;
        }

        for (int share : nodes) {
            assertThat(share).isBetween(845, 1_155);
        }
        assertThat(moved).isBetween(1_845, 2_155);
    }

    @Example
    void an_epoch_ends_where_the_next_begins() {
        Duration hour = Duration.ofHours(1);
        Instant begin = Instant.parse("2026-11-22T05:00:00Z");

        assertThat(Shares.epoch(begin.minusMillis(1), hour)).isEqualTo(Shares.epoch(begin, hour) - 1);
        assertThat(Shares.epoch(begin.plus(hour).minusMillis(1), hour)).isEqualTo(Shares.epoch(begin, hour));
    }
}
