package io.pithead.miner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.api.LineSpeed.Measured;
import io.pithead.miner.cli.CheckLine.Result;
import io.pithead.protocol.json.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NetworkCheckTest {
    private static final Measured FAST = new Measured.Rate(94.349);

    @Test
    void a_line_that_is_fast_both_ways_is_well_and_has_its_figures() {
        CheckLine line = NetworkCheck.line(new Measured.Rate(10), FAST);
        assertThat(line.result()).isEqualTo(Result.OK);
        assertThat(line.fix()).isNull();
        assertThat(line.detail()).isEqualTo("10.0 Mbit/s to the coordinator, 94.3 Mbit/s from it");
        assertThat(Json.toTree(line).get("figures"))
                .isEqualTo(Json.toTree(Map.of("up_megabits_per_s", 10.0, "down_megabits_per_s", 94.3)));
    }

    @Test
    void a_line_that_is_slow_one_way_is_a_warning_with_a_fix() {
        for (CheckLine line : new CheckLine[] {
            NetworkCheck.line(new Measured.Rate(9.9), FAST), NetworkCheck.line(FAST, new Measured.Rate(0.5))
        }) {
            assertThat(line.result()).isEqualTo(Result.WARN);
            assertThat(line.fix()).contains("at least 10 Mbit/s", "SNAPSHOT_SECS");
        }
    }

    @Test
    void what_was_not_over_in_time_is_said_so_and_is_no_figure() {
        CheckLine line = NetworkCheck.line(new Measured.Below(2.2), FAST);
        assertThat(line.result()).isEqualTo(Result.WARN);
        assertThat(line.detail()).startsWith("less than 2.2 Mbit/s to the coordinator");
        assertThat(line.figures()).containsOnlyKeys("down_megabits_per_s");
    }

    @Test
    void what_was_refused_is_a_warning_and_never_a_failure() {
        CheckLine line = NetworkCheck.line(FAST, new Measured.Unknown("413 PAYLOAD_TOO_LARGE"));
        assertThat(line.result()).isEqualTo(Result.WARN);
        assertThat(line.detail()).contains("not measured (413 PAYLOAD_TOO_LARGE) from it");
        assertThat(line.fix()).isNotBlank();
    }
}
