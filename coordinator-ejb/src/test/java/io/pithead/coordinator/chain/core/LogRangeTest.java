package io.pithead.coordinator.chain.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.chain.core.LogRange.Stretch;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class LogRangeTest {
    @Test
    void a_refused_range_is_halved_down_to_one_block() {
        LogRange range = LogRange.of(100);
        range = range.refused(new Stretch(1, 100)).orElseThrow();
        assertThat(range.next(1, 1_000)).contains(new Stretch(1, 50));
        assertThat(new LogRange(1, 100).refused(new Stretch(7, 7))).isEmpty();
    }

    @Test
    void a_short_stretch_at_the_end_is_halved_by_what_it_was() {
        assertThat(LogRange.of(100).refused(new Stretch(1, 10))).contains(new LogRange(5, 100));
    }

    @Test
    void answers_let_it_grow_again_up_to_what_is_allowed() {
        LogRange range = new LogRange(1, 10);
        for (int i = 0; i < 30; i++) {
            range = range.answered();
        }
        assertThat(range.blocks()).isEqualTo(10);
    }

    @Test
    void nothing_is_next_behind_the_last() {
        assertThat(LogRange.of(5).next(11, 10)).isEmpty();
        assertThat(LogRange.of(5).next(10, 10)).contains(new Stretch(10, 10));
    }

    /** Whatever a node takes at once, every block is read exactly once. */
    @Property(tries = 300)
    void every_block_is_read_once_whatever_the_node_takes_at_once(
            @ForAll @LongRange(min = 1, max = 500) long max,
            @ForAll @LongRange(min = 1, max = 500) long taken,
            @ForAll @LongRange(min = 0, max = 3_000) long last) {
        LogRange range = LogRange.of(max);
        long cursor = 0;
        int asked = 0;
        while (range.next(cursor, last).isPresent()) {
            assertThat(asked++).isLessThan(20_000);
            Stretch stretch = range.next(cursor, last).get();
            assertThat(stretch.from()).isEqualTo(cursor);
            assertThat(stretch.blocks()).isBetween(1L, max);
            if (stretch.blocks() > taken) {
                range = range.refused(stretch).orElseThrow();
                continue;
            }
            cursor = stretch.to() + 1;
            range = range.answered();
        }
        assertThat(cursor).isEqualTo(last + 1);
    }
}
