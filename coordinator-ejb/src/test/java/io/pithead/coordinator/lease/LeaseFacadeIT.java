package io.pithead.coordinator.lease;

import static io.pithead.coordinator.lease.LeaseDesk.failure;
import static io.pithead.coordinator.lease.LeaseDesk.running;
import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.node.Directive;
import io.pithead.protocol.node.Heartbeat;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LeaseFacadeIT {
    private static final Scene SCENE = new Scene();
    private static final LeaseDesk DESK = new LeaseDesk(SCENE);

    private final UUID buyer = SCENE.buyer("100");
    private final Machine miner = SCENE.machine();

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(SCENE);
    }

    @Test
    void a_listed_lease_is_renewed_and_its_job_runs() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);
        SCENE.rows.update("update job set lease_expires_at = now() + interval '1 s' where id = ?", job);

        assertThat(DESK.beat(miner, new Heartbeat.Running(job, lease, "running", 30)))
                .isEmpty();

        assertThat(SCENE.state(job)).isEqualTo(JobState.RUNNING);
        assertThat(SCENE.text(
                        "select lease_expires_at > now() + interval '50 s' and percent = 30 from job where id = ?",
                        job))
                .isEqualTo("t");
    }

    @Test
    void a_heartbeat_never_shortens_a_long_lease() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);
        SCENE.rows.update("update job set lease_expires_at = now() + interval '1 hour' where id = ?", job);

        DESK.beat(miner, running(job, lease));

        assertThat(SCENE.text("select lease_expires_at > now() + interval '50 min' from job where id = ?", job))
                .isEqualTo("t");
    }

    @Test
    void a_lease_left_out_twice_is_taken_back_and_one_left_out_once_is_not() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);

        DESK.beat(miner);
        assertThat(SCENE.state(job)).isEqualTo(JobState.LEASED);
        DESK.beat(miner, running(job, lease));
        DESK.beat(miner);
        assertThat(SCENE.state(job)).isEqualTo(JobState.RUNNING);
        DESK.beat(miner);

        assertThat(SCENE.state(job)).isEqualTo(JobState.QUEUED);
        assertThat(SCENE.lease(job, SCENE.machine())).isGreaterThan(lease);
    }

    @Test
    void a_job_out_of_attempts_fails_with_a_reason_when_its_miner_forgets_it() {
        UUID job = SCENE.job(buyer, "{'workload':'forgotten','price':'2','max_attempts':1}");
        SCENE.lease(job, miner);

        DESK.beat(miner);
        DESK.beat(miner);

        assertThat(SCENE.state(job)).isEqualTo(JobState.FAILED);
        assertThat(SCENE.text("select error_code from job where id = ?", job)).isEqualTo("LEASE_LOST");
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
    }

    @Test
    void a_stale_lease_in_the_list_does_not_renew_the_live_one_and_is_stopped() {
        UUID job = SCENE.job(buyer);
        long stale = SCENE.lease(job, miner);
        DESK.loseLease(job);
        SCENE.lease(job, miner);

        assertThat(DESK.beat(miner, running(job, stale))).containsExactly(Directive.stop(job, stale, "lost"));
        assertThat(SCENE.state(job)).isEqualTo(JobState.LEASED);
        assertThat(SCENE.text("select lease_missed from job where id = ?", job)).isEqualTo("1");
    }

    @Test
    void the_holder_of_a_canceled_job_is_told_why_to_stop() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);
        SCENE.jobs.cancel(buyer, job);

        assertThat(DESK.beat(miner, running(job, lease))).containsExactly(Directive.stop(job, lease, "cancelled"));
    }

    @Test
    void the_holder_of_an_expired_job_is_told_so() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);
        SCENE.rows.update("update job set deadline = now() - interval '1 s' where id = ?", job);
        DESK.reaper.tick();

        assertThat(SCENE.state(job)).isEqualTo(JobState.EXPIRED);
        assertThat(DESK.beat(miner, running(job, lease))).containsExactly(Directive.stop(job, lease, "expired"));
    }

    @Test
    void who_failed_a_job_and_lists_it_still_is_told_that_it_is_lost() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);
        DESK.one(failure(miner, job, lease, true));

        assertThat(DESK.beat(miner, running(job, lease))).containsExactly(Directive.stop(job, lease, "lost"));
    }

    @Test
    void a_stranger_who_lists_a_job_cannot_tell_what_became_of_it() {
        Machine stranger = SCENE.machine();
        UUID canceled = SCENE.job(buyer);
        long lease = SCENE.lease(canceled, miner);
        SCENE.jobs.cancel(buyer, canceled);
        UUID held = SCENE.job(buyer);
        long live = SCENE.lease(held, miner);
        UUID none = UUID.randomUUID();

        assertThat(DESK.beat(stranger, running(canceled, lease), running(held, live), running(none, 1)))
                .containsExactly(
                        Directive.stop(canceled, lease, "lost"),
                        Directive.stop(held, live, "lost"),
                        Directive.stop(none, 1, "lost"));
        assertThat(SCENE.state(held)).isEqualTo(JobState.LEASED);
        assertThat(SCENE.text("select lease_missed from job where id = ?", held))
                .isEqualTo("0");
    }

    @Test
    void a_row_that_another_transaction_is_changing_is_neither_missed_nor_stopped() throws SQLException {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);
        try (Connection other = SCENE.rows.dataSource().getConnection()) {
            other.setAutoCommit(false);
            try (var lock = other.prepareStatement("select 1 from job where id = ? for update")) {
                lock.setObject(1, job);
                lock.executeQuery().close();
            }

            assertThat(DESK.beat(miner, running(job, lease))).isEmpty();
            assertThat(DESK.beat(miner)).isEmpty();
            assertThat(DESK.beat(miner)).isEmpty();
            other.rollback();
        }
        assertThat(SCENE.state(job)).isEqualTo(JobState.LEASED);
    }

    @Test
    void machines_of_one_batch_do_not_answer_for_each_other() {
        Machine other = SCENE.machine();
        UUID mine = SCENE.job(buyer);
        UUID theirs = SCENE.job(buyer);
        long lease = SCENE.lease(mine, miner);
        long otherLease = SCENE.lease(theirs, other);

        var renewed = SCENE.database.inTransaction(connection -> DESK.facade.renewListed(
                connection,
                Map.of(
                        miner.node(), java.util.List.of(running(theirs, otherLease)),
                        other.node(), java.util.List.of(running(theirs, otherLease)))));

        assertThat(renewed.directives().get(miner.node())).containsExactly(Directive.stop(theirs, otherLease, "lost"));
        assertThat(renewed.directives().get(other.node())).isEmpty();
        assertThat(SCENE.text("select lease_missed from job where id = ?", mine))
                .isEqualTo("1");
        assertThat(SCENE.state(theirs)).isEqualTo(JobState.RUNNING);
        assertThat(lease).isPositive();
    }
}
