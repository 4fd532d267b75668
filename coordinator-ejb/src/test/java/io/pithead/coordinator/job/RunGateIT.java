package io.pithead.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.testing.Scene;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.Explanation.RunStanding;
import io.pithead.protocol.job.JobView;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunGateIT {
    private static final Scene SCENE = new Scene();

    private final JobFacade jobs = SCENE.jobs.facade();
    private final UUID buyer = SCENE.buyer("100");

    private JobView submit(UUID run) throws Exception {
        var request = Scene.request("{'workload':'w','price':'1','run':'" + run + "'}");
        return jobs.submit(buyer, "buyer", List.of(request), null)
                .get(30, TimeUnit.SECONDS)
                .getFirst();
    }

    private void refused(UUID run, ErrorCode code, String fact) {
        long before = SCENE.rows.number("select count(*) from job");
        long classes = SCENE.rows.number("select count(*) from job_class");
        assertThatThrownBy(() -> submit(run)).isInstanceOfSatisfying(CoordinatorException.class, refused -> {
            assertThat(refused.code()).isEqualTo(code);
            assertThat(refused.facts()).containsKey(fact);
        });
        assertThat(SCENE.rows.number("select count(*) from job")).isEqualTo(before);
        assertThat(SCENE.rows.number("select count(*) from job_class")).isEqualTo(classes);
    }

    @Test
    void work_is_taken_for_a_run_of_ones_own_from_its_beginning_on_until_it_ends() throws Exception {
        for (String state : List.of("CREATING", "PENDING", "OPEN")) {
            UUID run = SCENE.run(buyer, state);
            JobView job = submit(run);
            assertThat(job.run()).isEqualTo(run);
            assertThat(jobs.get(buyer, job.id()).run()).isEqualTo(run);
            assertThat(SCENE.text(
                            "select c.run_id::text from job j join job_class c on c.id = j.class_id where j.id = ?",
                            job.id()))
                    .isEqualTo(run.toString());
        }
        refused(SCENE.run(buyer, "ENDED"), ErrorCode.CONFLICT_STATE, "state");
    }

    @Test
    void anothers_run_is_told_from_nobodys_by_nothing() {
        refused(SCENE.run(SCENE.buyer("1"), "OPEN"), ErrorCode.INVALID_PAYLOAD, "/run");
        refused(SCENE.run(SCENE.buyer("1"), "ENDED"), ErrorCode.INVALID_PAYLOAD, "/run");
        refused(UUID.randomUUID(), ErrorCode.INVALID_PAYLOAD, "/run");
    }

    @Test
    void how_a_run_stands_counts_its_healthy_nodes_alone() {
        UUID run = SCENE.run(buyer, "OPEN");
        SCENE.member(run, SCENE.machine(), "HEALTHY");
        SCENE.member(run, SCENE.machine(), "HEALTHY");
        SCENE.member(run, SCENE.machine(), "DEAD");
        SCENE.member(SCENE.run(buyer, "OPEN"), SCENE.machine(), "HEALTHY");
        assertThat(SCENE.jobs.runs().standing(run)).isEqualTo(new RunStanding(run, "OPEN", 2));
    }
}
