package io.pithead.coordinator.chain.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.chain.core.ReorgPolicy.Decision;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ReorgPolicyTest {
    private static final long NOTHING_FINAL = -1;

    @Test
    void nothing_read_yet_is_followed() {
        assertThat(ReorgPolicy.decide(new TreeMap<>(), Map.of(), 5, NOTHING_FINAL))
                .isEqualTo(new Decision.Follow());
    }

    @Test
    void the_same_chain_is_followed() {
        assertThat(decide(read(1, 10), told(1, 12, 12), 12, 3)).isEqualTo(new Decision.Follow());
    }

    @Test
    void other_blocks_are_undone_down_to_the_last_common_one() {
        assertThat(decide(read(1, 10), told(1, 12, 6), 12, 3)).isEqualTo(new Decision.Rewind(6));
    }

    @Test
    void a_node_that_is_behind_undoes_nothing() {
        assertThat(decide(read(1, 10), told(1, 8, 8), 8, 3)).isEqualTo(new Decision.Behind(8));
        assertThat(decide(read(5, 10), Map.of(), 4, 3)).isEqualTo(new Decision.Behind(4));
    }

    @Test
    void a_shorter_chain_with_other_blocks_undoes_what_differs() {
        assertThat(decide(read(1, 10), told(1, 9, 7), 9, 3)).isEqualTo(new Decision.Rewind(7));
    }

    @Test
    void what_was_final_is_never_undone_by_itself() {
        assertThat(decide(read(1, 10), told(1, 12, 6), 12, 6)).isEqualTo(new Decision.Rewind(6));
        assertThat(decide(read(1, 10), told(1, 12, 6), 12, 7)).isInstanceOf(Decision.TooDeep.class);
    }

    @Test
    void a_chain_of_which_nothing_is_remembered_is_too_deep() {
        assertThat(decide(read(5, 10), told(5, 12, 0), 12, NOTHING_FINAL)).isInstanceOf(Decision.TooDeep.class);
    }

    @Test
    void a_node_that_does_not_say_decides_nothing() {
        Map<Long, String> told = told(1, 12, 6);
        told.remove(9L);
        assertThat(decide(read(1, 10), told, 12, 3)).isEqualTo(new Decision.Unknown());
    }

    /** Safety and exactness: what is undone is exactly what differs, and never what was final. */
    @Property
    void exactly_what_differs_is_undone(
            @ForAll @IntRange(min = 1, max = 60) int length,
            @ForAll @IntRange(min = 0, max = 60) int common,
            @ForAll @IntRange(min = 0, max = 80) int head,
            @ForAll @IntRange(min = -1, max = 60) int finalised) {
        Decision decision = decide(read(1, length), told(1, head, common), head, finalised);
        int agreed = Math.min(Math.min(length, head), common);
        switch (decision) {
            case Decision.Rewind rewind -> {
                assertThat(rewind.ancestor()).isEqualTo(agreed).isGreaterThanOrEqualTo(finalised);
                assertThat(agreed).isLessThan(Math.min(length, head));
            }
            case Decision.Follow follow -> assertThat(agreed).isEqualTo(length);
            case Decision.Behind behind -> assertThat(agreed).isEqualTo(head).isLessThan(length);
            case Decision.TooDeep deep ->
                assertThat(agreed == 0 || agreed < finalised).isTrue();
            case Decision.Unknown unknown -> throw new AssertionError("the node said all");
        }
    }

    private static Decision decide(NavigableMap<Long, String> read, Map<Long, String> told, long head, long finalised) {
        return ReorgPolicy.decide(read, told, head, finalised);
    }

    private static NavigableMap<Long, String> read(long from, long to) {
        return new TreeMap<>(told(from, to, to));
    }

    private static Map<Long, String> told(long from, long to, long common) {
        var hashes = new HashMap<Long, String>();
        for (long n = from; n <= to; n++) {
            hashes.put(n, n <= common ? "a" + n : "b" + n);
        }
        return hashes;
    }
}
