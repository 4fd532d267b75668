package io.pithead.coordinator.chain.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.chain.core.NoncePolicy.Counts;
import io.pithead.coordinator.chain.core.NoncePolicy.Decision;
import io.pithead.coordinator.chain.core.NoncePolicy.Known;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class NoncePolicyTest {
    private static final Duration AGAIN = Duration.ofSeconds(15);

    @Test
    void a_new_key_begins_where_the_chain_is() {
        assertThat(decide(OptionalLong.empty(), 0, 7, 7)).isEqualTo(new Decision.Begin(7));
    }

    @Test
    void a_new_key_with_a_strangers_transaction_waits() {
        assertThat(decide(OptionalLong.empty(), 0, 7, 8)).isInstanceOf(Decision.Foreign.class);
    }

    @Test
    void after_a_crash_the_next_nonce_is_the_written_one_though_the_node_never_saw_the_last() {
        assertThat(decide(OptionalLong.of(9), 5, 6, 7)).isEqualTo(new Decision.Go(9, 6));
    }

    @Test
    void a_node_that_counts_more_than_was_signed_stops_the_key() {
        assertThat(decide(OptionalLong.of(9), 5, 10, 10)).isInstanceOf(Decision.Foreign.class);
        assertThat(decide(OptionalLong.of(9), 5, 9, 10)).isInstanceOf(Decision.Foreign.class);
        assertThat(decide(OptionalLong.of(9), 5, 9, 9)).isEqualTo(new Decision.Go(9, 9));
    }

    @Test
    void a_node_that_forgets_what_was_final_is_not_believed() {
        assertThat(decide(OptionalLong.of(9), 5, 4, 9)).isInstanceOf(Decision.Distrust.class);
        assertThat(decide(OptionalLong.of(9), 5, 5, 4)).isInstanceOf(Decision.Distrust.class);
        assertThat(decide(OptionalLong.of(9), 0, -1, 4)).isInstanceOf(Decision.Distrust.class);
    }

    @Test
    void what_was_signed_and_not_sent_is_sent_what_was_sent_long_ago_again_and_what_is_mined_is_looked_for() {
        assertThat(new Sent(3, Optional.empty()).step(3, AGAIN)).isEqualTo(Sent.Step.SEND);
        assertThat(new Sent(3, Optional.of(AGAIN)).step(3, AGAIN)).isEqualTo(Sent.Step.SEND);
        assertThat(new Sent(3, Optional.of(AGAIN.minusNanos(1))).step(3, AGAIN)).isEqualTo(Sent.Step.WAIT);
        assertThat(new Sent(3, Optional.empty()).step(4, AGAIN)).isEqualTo(Sent.Step.LOOK);
    }

    private static Decision decide(OptionalLong next, long settled, long latest, long pending) {
        return NoncePolicy.decide(new Known(next, settled), new Counts(latest, pending));
    }
}
