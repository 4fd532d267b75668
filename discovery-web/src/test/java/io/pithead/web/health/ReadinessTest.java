package io.pithead.web.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.health.HealthChecks;
import io.pithead.coordinator.platform.Loops.Age;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private static final Duration ALLOWED = Duration.ofSeconds(10);
    private static final Age WELL = new Age(Duration.ofSeconds(1), ALLOWED, false);
    private static final Age FAILING = new Age(Duration.ofSeconds(1), ALLOWED, true);
    private static final Age OVERDUE = new Age(Duration.ofSeconds(11), ALLOWED, false);

    @Test
    void all_well_is_up() {
        assertThat(of("claimer", WELL, "check-database", WELL).status()).isEqualTo("UP");
    }

    @Test
    void a_check_that_fails_once_is_enough() {
        Readiness readiness = of("claimer", WELL, "check-database", FAILING);

        assertThat(readiness.isReady()).isFalse();
        assertThat(readiness.failed()).containsOnlyKeys("check-database");
    }

    @Test
    void another_loop_may_fail_a_round_but_not_stay_away() {
        assertThat(of("claimer", FAILING, "check-database", WELL).isReady()).isTrue();
        assertThat(of("claimer", OVERDUE, "check-database", WELL).failed()).containsOnlyKeys("claimer");
    }

    @Test
    void a_check_that_hangs_is_seen_by_its_age() {
        assertThat(of("check-disk", OVERDUE, "claimer", WELL).isReady()).isFalse();
    }

    @Test
    void without_the_broker_an_instance_may_stay_in() {
        Map<String, Age> ages = Map.of(HealthChecks.BROKER, OVERDUE, "check-database", WELL);

        assertThat(Readiness.of(ages, true).isReady()).isFalse();
        assertThat(Readiness.of(ages, false).isReady()).isTrue();
        assertThat(Readiness.of(ages, false).status()).isEqualTo("DEGRADED");
    }

    private static Readiness of(String one, Age oneAge, String two, Age twoAge) {
        return Readiness.of(Map.of(one, oneAge, two, twoAge), true);
    }
}
