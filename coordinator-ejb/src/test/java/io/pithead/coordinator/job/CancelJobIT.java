package io.pithead.coordinator.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobState;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CancelJobIT {
    private static final Scene SCENE = new Scene();

    private final UUID buyer = SCENE.buyer("100");

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(SCENE);
    }

    @Test
    void a_queued_job_is_canceled_and_its_money_is_released() {
        UUID job = SCENE.job(buyer);

        assertThat(SCENE.jobs.cancel(buyer, job)).extracting(Transition::state).containsExactly(JobState.CANCELED);

        assertThat(SCENE.state(job)).isEqualTo(JobState.CANCELED);
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
        assertThat(SCENE.balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
    }

    @Test
    void canceling_twice_is_canceling() {
        UUID job = SCENE.job(buyer);
        SCENE.jobs.cancel(buyer, job);

        assertThat(SCENE.jobs.cancel(buyer, job)).isEmpty();
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
    }

    @Test
    void a_job_that_runs_is_canceled_too() {
        UUID job = SCENE.job(buyer);
        SCENE.lease(job, SCENE.machine());

        SCENE.jobs.cancel(buyer, job);

        assertThat(SCENE.state(job)).isEqualTo(JobState.CANCELED);
        assertThat(SCENE.text("select lease_expires_at is null and lease_token is not null from job where id = ?", job))
                .isEqualTo("t");
    }

    @Test
    void another_accounts_job_is_not_found_and_not_touched() {
        UUID job = SCENE.job(buyer);

        for (UUID asked : List.of(job, UUID.randomUUID())) {
            assertThatExceptionOfType(CoordinatorException.class)
                    .isThrownBy(() -> SCENE.jobs.cancel(SCENE.buyer("1"), asked))
                    .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.JOB_NOT_FOUND));
        }
        assertThat(SCENE.state(job)).isEqualTo(JobState.QUEUED);
    }

    @Test
    void a_job_that_has_ended_stays_as_it_ended() {
        UUID job = SCENE.job(buyer, "{'workload':'gone','price':'0'}");
        SCENE.rows.end(job, "EXPIRED", 1);

        assertThatExceptionOfType(CoordinatorException.class)
                .isThrownBy(() -> SCENE.jobs.cancel(buyer, job))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.CONFLICT_STATE));
    }

    @Test
    void of_many_that_cancel_at_once_one_cancels() throws Exception {
        UUID job = SCENE.job(buyer);
        Callable<Integer> cancel = () -> SCENE.jobs.cancel(buyer, job).size();
        int canceled = 0;
        try (var pool = Executors.newFixedThreadPool(6)) {
            for (var done : pool.invokeAll(List.of(cancel, cancel, cancel, cancel, cancel, cancel))) {
                canceled += done.get();
            }
        }
        assertThat(canceled).isEqualTo(1);
    }
}
