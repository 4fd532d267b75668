package io.pithead.coordinator.overview;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OverviewRestTest {
    @Test
    void counting_takes_a_hundredth_of_the_time_at_most() {
        assertThat(OverviewFacade.rest(Duration.ofMillis(1_500))).isEqualTo(Duration.ofSeconds(150));
    }

    @Test
    void what_is_quickly_counted_is_not_counted_at_each_look_and_what_is_not_is_not_forgotten() {
        assertThat(OverviewFacade.rest(Duration.ZERO)).isEqualTo(OverviewFacade.MIN_REST);
        assertThat(OverviewFacade.rest(Duration.ofHours(1))).isEqualTo(OverviewFacade.MAX_REST);
    }
}
