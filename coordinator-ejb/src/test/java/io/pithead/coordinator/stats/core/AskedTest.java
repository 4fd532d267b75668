package io.pithead.coordinator.stats.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class AskedTest {
    private static final Instant NOW = Instant.parse("2026-03-01T12:34:56Z");

    @Test
    void what_is_missing_is_the_last_day_in_minutes() {
        assertThat(Asked.of(null, null, null, NOW))
                .isEqualTo(new Asked(Instant.parse("2026-02-28T12:34:00Z"), NOW, Step.MINUTE));
        assertThat(Asked.of(NOW.minus(Duration.ofDays(3)), null, null, NOW).step())
                .isEqualTo(Step.HOUR);
        assertThat(Asked.of(null, NOW.minusSeconds(7_200), null, NOW).to()).isEqualTo(NOW.minusSeconds(7_200));
    }

    @Test
    void what_is_wrong_is_named() {
        assertThat(Asked.of(NOW, NOW.minusSeconds(3_600), null, NOW).problems()).containsOnlyKeys("from");
        assertThat(Asked.of(NOW, NOW, Step.HOUR, NOW).problems()).isEmpty();
        assertThat(Asked.of(NOW.minus(Duration.ofDays(8)), NOW, Step.MINUTE, NOW)
                        .problems())
                .containsOnlyKeys("step");
        assertThat(Asked.of(NOW.minus(Duration.ofDays(365)), NOW, null, NOW).problems())
                .isEmpty();
        assertThat(Asked.of(Instant.MIN.plusSeconds(100_000), Instant.MAX, null, NOW)
                        .problems())
                .containsOnlyKeys("step");
    }

    @Test
    void a_chart_has_a_bounded_number_of_whole_points() {
        for (Span span : Span.values()) {
            Asked asked = span.until(NOW);
            assertThat(Span.of(span.code())).hasValue(span);
            assertThat(asked.problems()).isEmpty();
            assertThat(Duration.between(asked.from(), asked.to()).dividedBy(span.point()))
                    .isBetween(60L, 400L);
            assertThat(Step.floor(asked.from(), span.point())).isEqualTo(asked.from());
            assertThat(asked.to()).isAfter(NOW.minus(span.point()).minus(Windows.MARGIN));
        }
    }
}
