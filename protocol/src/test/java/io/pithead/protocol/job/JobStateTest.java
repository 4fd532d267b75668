package io.pithead.protocol.job;

import static io.pithead.protocol.job.JobState.CANCELED;
import static io.pithead.protocol.job.JobState.COMPLETED;
import static io.pithead.protocol.job.JobState.EXPIRED;
import static io.pithead.protocol.job.JobState.FAILED;
import static io.pithead.protocol.job.JobState.LEASED;
import static io.pithead.protocol.job.JobState.QUEUED;
import static io.pithead.protocol.job.JobState.RUNNING;
import static io.pithead.protocol.job.JobState.VERIFYING;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The states and steps of docs/API.md, once more. */
class JobStateTest {
    private static final Set<JobState> ENDS = EnumSet.of(COMPLETED, CANCELED, EXPIRED, FAILED);

    private static final Map<JobState, Set<JobState>> STEPS = Map.of(
            QUEUED, EnumSet.of(LEASED, CANCELED, EXPIRED, FAILED),
            LEASED, EnumSet.of(RUNNING, VERIFYING, QUEUED, CANCELED, EXPIRED, FAILED),
            RUNNING, EnumSet.of(VERIFYING, QUEUED, CANCELED, EXPIRED, FAILED),
            VERIFYING, EnumSet.of(COMPLETED, QUEUED, CANCELED, EXPIRED, FAILED));

    @Test
    void a_job_takes_these_steps_and_no_others() {
        for (JobState from : JobState.values()) {
            for (JobState to : JobState.values()) {
                assertThat(from.mayBecome(to))
                        .as("%s to %s", from, to)
                        .isEqualTo(STEPS.getOrDefault(from, Set.of()).contains(to));
            }
            assertThat(from.isTerminal()).as("%s", from).isEqualTo(ENDS.contains(from));
        }
        assertThat(JobState.HELD).containsExactlyInAnyOrder(LEASED, RUNNING);
    }
}
