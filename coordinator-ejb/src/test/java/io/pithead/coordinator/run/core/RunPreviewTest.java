package io.pithead.coordinator.run.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.run.core.RunPreview.Candidate;
import io.pithead.coordinator.run.core.RunPreview.Standing;
import io.pithead.coordinator.task.core.Machine;
import io.pithead.coordinator.task.core.Requirements;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class RunPreviewTest {
    private static final Standing GOOD = new Standing(true, false);

    private static Machine machine(long ramMb) {
        return new Machine(true, true, 4, ramMb, 0, List.of(), null, BigInteger.ZERO, 1, null, null);
    }

    private static Candidate node(Standing standing) {
        return new Candidate(machine(8_000), false, true, Optional.of(standing));
    }

    @Test
    void each_node_is_counted_once_by_the_first_reason_that_keeps_it_out() {
        RunPreview.Finding finding = RunPreview.of(
                Requirements.parse("ram_mb=8000"),
                List.of(
                        node(GOOD),
                        new Candidate(machine(7_999), false, true, Optional.of(GOOD)),
                        new Candidate(machine(1), true, false, Optional.empty()),
                        new Candidate(machine(8_000), false, false, Optional.empty()),
                        new Candidate(machine(8_000), false, true, Optional.empty()),
                        node(new Standing(false, true)),
                        node(new Standing(true, true))));

        assertThat(finding.nodes()).isEqualTo(7);
        assertThat(finding.matching()).isEqualTo(1);
        assertThat(finding.refusals())
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "NOT_ENOUGH_RAM", 1,
                        "NODE_BANNED", 1,
                        "NO_KEY", 1,
                        "NOT_REGISTERED", 1,
                        "NOT_VALIDATED", 1,
                        "IN_ANOTHER_RUN", 1));
    }
}
