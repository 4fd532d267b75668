package io.pithead.web.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.stats.StatHistory;
import io.pithead.coordinator.stats.StatPoint;
import io.pithead.coordinator.stats.core.Step;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class StatCsvTest {
    private static final Instant AT = Instant.parse("2026-03-01T12:00:00Z");

    @Test
    void each_line_has_a_cell_for_each_name() {
        var full = new StatPoint(
                AT,
                5,
                4,
                1,
                0,
                0.8,
                new StatPoint.Times(1, 2, 3),
                new StatPoint.Times(4, 5, 6),
                new StatPoint.Standing(1.5, 3, 60, 2, 1, 0, 0),
                "20.000000",
                "0.000000");
        var empty = new StatPoint(AT.plusSeconds(60), 0, 0, 0, 0, null, null, null, null, "0.000000", "0.000000");
        List<String> lines = StatCsv.text(
                        new StatHistory(AT, AT.plusSeconds(120), Step.MINUTE, 60, List.of(full, empty)))
                .lines()
                .toList();

        assertThat(lines.get(1))
                .isEqualTo("2026-03-01T12:00:00Z,5,4,1,0,0.8,1,2,3,4,5,6,1.5,3,60,2.0,1.0,0.0,0.0,20.000000,0.000000");
        assertThat(lines.get(2)).isEqualTo("2026-03-01T12:01:00Z,0,0,0,0,,,,,,,,,,,,,,,0.000000,0.000000");
        assertThat(lines)
                .allSatisfy(line ->
                        assertThat(line.split(",", -1)).hasSize(lines.getFirst().split(",").length));
    }
}
