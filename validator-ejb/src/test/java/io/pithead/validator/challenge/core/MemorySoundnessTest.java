package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.challenge.MemoryPages;
import java.time.Duration;
import java.util.Arrays;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.Random;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/** What it takes to answer without a part of the memory: the table of docs/VERIFICATION.md, on pages that are only counted. */
class MemorySoundnessTest {
    private static final int PAGES = 1 << 17;
    private static final int ASKED = 20;

    /**
     * As shares of all pages.
     *
     * @param work to be made again, even if there is room to keep what was made
     * @param depth of them one after the other, on however many cores
     */
    private record Cost(double work, double depth) {}

    private static Cost cost(IntPredicate isMissing) {
        var random = new Random(1);
        int[][] parents = new int[PAGES][];
        for (int page = 1; page < PAGES; page++) {
            int[] drawn =
                    MemoryPages.parents(page, random.longs(MemoryPages.PARENTS).toArray());
            parents[page] = Arrays.copyOf(drawn, MemoryPages.PARENTS + 1);
            parents[page][MemoryPages.PARENTS] = page - 1;
        }
        parents[0] = new int[0];
        var needed = new BitSet();
        for (int page : random.ints(ASKED, 0, PAGES).toArray()) {
            needed.set(page);
            Arrays.stream(parents[page]).forEach(needed::set);
        }
        for (int page = PAGES - 1; page >= 0; page--) {
            needed.set(page, needed.get(page) && isMissing.test(page));
            if (needed.get(page)) {
                Arrays.stream(parents[page]).forEach(needed::set);
            }
        }
        int[] depth = new int[PAGES];
        needed.stream()
                .forEach(page -> depth[page] = 1
                        + Arrays.stream(parents[page])
                                .map(parent -> depth[parent])
                                .max()
                                .orElse(0));
        return new Cost(
                needed.cardinality() / (double) PAGES,
                Arrays.stream(depth).max().orElse(0) / (double) PAGES);
    }

    private static IntPredicate spread(double share) {
        return page -> (long) ((page + 1) * share) != (long) (page * share);
    }

    @Test
    void what_is_missing_evenly_is_nearly_all_made_again_from_a_quarter_on() {
        Cost half = cost(spread(0.5));
        assertThat(half.work()).isGreaterThan(0.45);
        assertThat(half.depth()).isGreaterThan(0.09);
        assertThat(cost(spread(0.25)).work()).isGreaterThan(0.19);
        Cost most = cost(spread(0.75));
        assertThat(most.work()).isGreaterThan(0.7);
        assertThat(most.depth()).isGreaterThan(0.4);
    }

    /** And is not found. */
    @Test
    void a_tenth_missing_evenly_is_cheap() {
        assertThat(cost(spread(0.1)).work()).isLessThan(0.02);
    }

    @Test
    void what_is_missing_in_one_piece_is_made_again_one_page_after_the_other() {
        for (double share : new double[] {0.25, 0.5, 0.75}) {
            Cost first = cost(page -> page < share * PAGES);
            assertThat(first.depth()).isEqualTo(first.work()).isGreaterThan(0.9 * share);
            Cost last = cost(page -> page >= (1 - share) * PAGES);
            assertThat(last.depth()).isEqualTo(last.work()).isGreaterThan(0.8 * share);
        }
    }

    @Test
    void little_memory_is_turned_more_often_and_takes_as_long() {
        var policy =
                new MemoryPolicy(0.25, Duration.ofMinutes(2), 0.1, 4, Duration.ofMinutes(2), Duration.ofSeconds(6), 20);
        for (long gib : new long[] {2, 4, 16, 64, 90}) {
            int size = policy.size(new Capacity(gib << 30, 1)).orElseThrow();
            assertThat(size).isEqualTo((int) (gib * 1_024 / 10));
            assertThat(policy.work(size)).isBetween(Duration.ofSeconds(95), Duration.ofSeconds(120));
            assertThat(policy.commitWithin(size))
                    .isEqualTo(Duration.ofMinutes(2).plus(policy.work(size).multipliedBy(4)));
        }
        assertThat(policy.size(new Capacity(1L << 40, 1))).hasValue(11_444);
        assertThat(policy.turns(11_444)).isEqualTo(1);
        assertThat(policy.size(new Capacity(1L << 29, 1))).isEqualTo(OptionalInt.empty());
        assertThat(policy.turns(1)).isEqualTo(1_024);
    }
}
