package io.pithead.coordinator.artifact.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

final class KeptTest {
    @Test
    void what_follows_each_other_from_the_first_byte_on_is_a_chain() {
        List<Kept> chain = Kept.chain(List.of(new Kept(30, 5), new Kept(0, 10), new Kept(10, 20)));
        assertThat(chain).containsExactly(new Kept(0, 10), new Kept(10, 20), new Kept(30, 5));
        assertThat(Kept.reach(chain)).isEqualTo(35);
    }

    @Test
    void a_gap_ends_it() {
        assertThat(Kept.chain(List.of(new Kept(0, 10), new Kept(11, 5)))).containsExactly(new Kept(0, 10));
        assertThat(Kept.chain(List.of(new Kept(1, 10)))).isEmpty();
        assertThat(Kept.reach(List.of())).isZero();
    }

    @Test
    void of_two_that_begin_together_the_longer_counts() {
        var all = List.of(new Kept(0, 4), new Kept(0, 10), new Kept(4, 1), new Kept(10, 1), new Kept(0, 7));
        assertThat(Kept.chain(all)).containsExactly(new Kept(0, 10), new Kept(10, 1));
    }

    @Test
    void a_stretch_has_bytes() {
        assertThatThrownBy(() -> new Kept(0, 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Kept(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Kept(Long.MAX_VALUE, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
