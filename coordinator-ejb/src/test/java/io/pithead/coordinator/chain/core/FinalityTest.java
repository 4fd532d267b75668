package io.pithead.coordinator.chain.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.chain.core.Finality.Tag;
import java.util.OptionalLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class FinalityTest {
    private static final long NOTHING = -1;

    @Test
    void a_block_is_final_under_its_confirmations_and_the_tag() {
        assertThat(new Finality(Tag.LATEST, 3).of(10, OptionalLong.empty(), NOTHING))
                .isEqualTo(7);
        assertThat(new Finality(Tag.FINALIZED, 3).of(10, OptionalLong.of(5), NOTHING))
                .isEqualTo(5);
        assertThat(new Finality(Tag.FINALIZED, 3).of(10, OptionalLong.of(9), NOTHING))
                .isEqualTo(7);
    }

    @Test
    void a_node_that_does_not_know_the_tag_makes_nothing_final() {
        assertThat(new Finality(Tag.SAFE, 0).of(10, OptionalLong.empty(), 4)).isEqualTo(4);
    }

    /** What was final once stays so, whatever a node says later. */
    @Property
    void finality_never_goes_back(
            @ForAll @LongRange(min = 0, max = 1_000) long head,
            @ForAll @LongRange(min = 0, max = 1_000) long tagged,
            @ForAll @LongRange(min = -1, max = 1_000) long before) {
        for (Tag tag : Tag.values()) {
            assertThat(new Finality(tag, 2).of(head, OptionalLong.of(tagged), before))
                    .isGreaterThanOrEqualTo(before)
                    .isLessThanOrEqualTo(Math.max(before, head - 2));
        }
    }
}
