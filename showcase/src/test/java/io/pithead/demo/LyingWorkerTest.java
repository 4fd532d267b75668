package io.pithead.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.json.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class LyingWorkerTest {
    private static final String RIGHT =
            "sha256_chain length=2 final=eb48bdfa15fc43dbea3aabb1ee847b6e69232c0f0d9705935e50d60cce77877f\n";

    private static JobOffer offer(String seed) {
        return new JobOffer(
                UUID.randomUUID(),
                LyingWorker.WORKLOAD,
                Json.toTree(Map.of("seed", seed, "length", 2)),
                null,
                JobLimits.NONE,
                1,
                Instant.EPOCH,
                1,
                List.of(),
                null,
                null);
    }

    private static String output(WorkCheat cheat, JobOffer offer) {
        return new LyingWorker(cheat).output(offer).orElseThrow();
    }

    /** Of so many jobs; none is always or never lied about. */
    private static List<JobOffer> lies(WorkCheat cheat) {
        var lies = new ArrayList<JobOffer>();
        for (int i = 0; i < 1_000; i++) {
            JobOffer offer = offer("seed " + i);
            if (!output(cheat, offer).equals(output(WorkCheat.NONE, offer))) {
                lies.add(offer);
            }
        }
        return lies;
    }

    @Test
    void honest_work_is_the_definitions() {
        assertThat(output(WorkCheat.NONE, offer("a"))).isEqualTo(RIGHT);
    }

    @Test
    void each_lies_as_often_as_it_says() {
        assertThat(lies(WorkCheat.NONE)).isEmpty();
        assertThat(lies(WorkCheat.WRONG)).hasSize(1_000);
        assertThat(lies(WorkCheat.LAZY)).hasSizeBetween(130, 270);
        assertThat(lies(WorkCheat.COLLUDING)).hasSizeBetween(130, 270);
        assertThat(new LyingWorker(WorkCheat.SILENT).output(offer("a"))).isEmpty();
    }

    @Test
    void those_who_collude_tell_the_same_lie_and_others_do_not() {
        for (JobOffer lie : lies(WorkCheat.COLLUDING)) {
            String seed = lie.params() == null ? "" : lie.params().path("seed").asText();
            assertThat(output(WorkCheat.COLLUDING, offer(seed))).isEqualTo(output(WorkCheat.COLLUDING, lie));
            assertThat(output(WorkCheat.WRONG, offer(seed))).isNotEqualTo(output(WorkCheat.WRONG, lie));
        }
    }
}
