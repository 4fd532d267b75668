package io.pithead.coordinator.lease;

import static io.pithead.coordinator.lease.LeaseDesk.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.job.JobState;
import java.sql.Connection;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReaperTimerIT {
    private static final Scene SCENE = new Scene();
    private static final LeaseDesk DESK = new LeaseDesk(SCENE);

    private final UUID buyer = SCENE.buyer("100");
    private final Machine miner = SCENE.machine();

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(SCENE);
    }

    @Test
    void a_lease_that_ran_out_is_given_on_and_one_that_did_not_is_kept() {
        UUID lost = SCENE.job(buyer);
        UUID kept = SCENE.job(buyer);
        long lease = SCENE.lease(lost, miner);
        SCENE.lease(kept, miner);

        DESK.loseLease(lost);

        assertThat(SCENE.state(lost)).isEqualTo(JobState.QUEUED);
        assertThat(SCENE.state(kept)).isEqualTo(JobState.LEASED);
        assertThat(SCENE.lease(lost, SCENE.machine())).isGreaterThan(lease);
    }

    @Test
    void a_lease_lost_by_the_last_attempt_fails_the_job_and_releases_its_money() {
        UUID job = SCENE.job(buyer, "{'workload':'last','price':'2','max_attempts':1}");
        SCENE.lease(job, miner);

        DESK.loseLease(job);

        assertThat(SCENE.state(job)).isEqualTo(JobState.FAILED);
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
        assertThat(SCENE.text("select error_code from job where id = ?", job)).isEqualTo("LEASE_LOST");
    }

    @Test
    void what_a_banned_node_holds_is_given_on_and_what_others_hold_is_kept() {
        UUID barred = SCENE.job(buyer);
        UUID kept = SCENE.job(buyer);
        long lease = SCENE.lease(barred, miner);
        SCENE.lease(kept, SCENE.machine());
        SCENE.rows.update("update node set ban = 'it cheats' where id = ?", miner.node());

        DESK.reaper.tick();

        assertThat(SCENE.state(barred)).isEqualTo(JobState.QUEUED);
        assertThat(SCENE.state(kept)).isEqualTo(JobState.LEASED);
        assertThat(SCENE.lease(barred, SCENE.machine())).isGreaterThan(lease);
        assertThat(SCENE.column("select reason from job_event where job_id = ? and reason is not null", barred))
                .containsExactly("its node was banned");
    }

    @Test
    void a_job_nobody_took_in_time_expires_and_releases_its_money() {
        UUID job = SCENE.job(buyer);
        SCENE.rows.update("update job set expires_at = now() - interval '1 s' where id = ?", job);

        DESK.reaper.tick();

        assertThat(SCENE.state(job)).isEqualTo(JobState.EXPIRED);
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
        assertThat(SCENE.text("select error_code from job where id = ?", job)).isEqualTo("EXPIRED");
    }

    @Test
    void what_waits_for_a_run_that_has_ended_ends_with_it_and_what_is_held_does_not() {
        UUID ended = SCENE.run(buyer, "OPEN");
        UUID going = SCENE.run(buyer, "OPEN");
        UUID waits = SCENE.job(buyer, "{'workload':'pool','price':'2','run':'" + ended + "'}");
        UUID waitsOn = SCENE.job(buyer, "{'workload':'pool','price':'2','run':'" + going + "'}");
        UUID held = SCENE.job(buyer, "{'workload':'held','price':'2','run':'" + ended + "'}");
        UUID plain = SCENE.job(buyer);
        SCENE.member(ended, miner, "HEALTHY");
        SCENE.lease(held, miner);
        DESK.reaper.tick();
        assertThat(SCENE.state(waits)).isEqualTo(JobState.QUEUED);

        SCENE.rows.update("update run set state = 'ENDED' where id = ?", ended);
        DESK.reaper.tick();

        assertThat(SCENE.text("select state || ' ' || error_code || ' ' || error_message from job where id = ?", waits))
                .isEqualTo("EXPIRED RUN_ENDED its run has ended");
        assertThat(SCENE.state(waitsOn)).isEqualTo(JobState.QUEUED);
        assertThat(SCENE.state(plain)).isEqualTo(JobState.QUEUED);
        assertThat(SCENE.state(held)).isEqualTo(JobState.LEASED);
        assertThat(SCENE.balance(buyer, Pot.RESERVED)).isEqualTo("6.000000");
    }

    @Test
    void the_time_in_the_queue_does_not_end_a_job_that_runs_but_its_deadline_does() {
        UUID job = SCENE.job(buyer);
        SCENE.lease(job, miner);
        SCENE.rows.update("update job set expires_at = now() - interval '1 s' where id = ?", job);
        DESK.reaper.tick();
        assertThat(SCENE.state(job)).isEqualTo(JobState.LEASED);

        SCENE.rows.update("update job set deadline = now() - interval '1 s' where id = ?", job);
        DESK.reaper.tick();

        assertThat(SCENE.state(job)).isEqualTo(JobState.EXPIRED);
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
    }

    @Test
    void a_lease_lost_after_the_deadline_expires_the_job_rather_than_queueing_it() {
        UUID job = SCENE.job(buyer);
        SCENE.lease(job, miner);
        SCENE.rows.update("update job set deadline = now() - interval '1 s' where id = ?", job);

        DESK.loseLease(job);

        assertThat(SCENE.state(job)).isEqualTo(JobState.EXPIRED);
    }

    @Test
    void a_job_that_waits_for_its_backoff_is_not_claimed_before_and_is_after() {
        UUID job = SCENE.job(buyer, "{'workload':'patient','price':'2'}");
        long lease = SCENE.lease(job, miner);
        DESK.one(failure(miner, job, lease, true));
        long classId = SCENE.rows.number("select class_id from job where id = ?", job);
        DESK.reaper.tick();

        assertThat(SCENE.claims.claim(classId, miner.node(), miner.minerId(), true, 1))
                .isEmpty();

        DESK.endBackoff(job);
        assertThat(SCENE.lease(job, miner)).isGreaterThan(lease);
    }

    @Test
    void a_job_that_expires_during_its_backoff_is_no_longer_waiting() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);
        DESK.one(failure(miner, job, lease, true));
        SCENE.rows.update("update job set expires_at = now() - interval '1 s' where id = ?", job);

        DESK.reaper.tick();

        assertThat(SCENE.text("select state || ' ' || waiting from job where id = ?", job))
                .isEqualTo("EXPIRED false");
    }

    @Test
    void a_row_that_somebody_holds_is_left_for_the_next_second() throws Exception {
        UUID job = SCENE.job(buyer);
        SCENE.lease(job, miner);
        SCENE.rows.update("update job set lease_expires_at = now() - interval '1 s' where id = ?", job);
        try (Connection other = SCENE.rows.dataSource().getConnection();
                var pool = Executors.newSingleThreadExecutor()) {
            other.setAutoCommit(false);
            try (var lock = other.prepareStatement("select 1 from job where id = ? for update")) {
                lock.setObject(1, job);
                lock.executeQuery().close();
            }
            var tick = pool.submit(DESK.reaper::tick);
            try {
                tick.get(30, TimeUnit.SECONDS);
            } finally {
                other.rollback();
            }
            assertThat(SCENE.state(job)).isEqualTo(JobState.LEASED);
        }
        DESK.reaper.tick();
        assertThat(SCENE.state(job)).isEqualTo(JobState.QUEUED);
    }

    @Test
    void two_instances_that_reap_at_once_take_each_lease_back_once() throws Exception {
        int many = 40;
        var reapers = new LeaseDesk[] {DESK, new LeaseDesk(SCENE.restarted())};
        for (int i = 0; i < many; i++) {
            UUID job = SCENE.job(buyer, "{'workload':'race','price':'1','max_attempts':1}");
            SCENE.lease(job, miner);
        }
        SCENE.rows.update(
                "update job set lease_expires_at = now() - interval '1 s' where lease_node = ?", miner.node());

        try (var pool = Executors.newFixedThreadPool(reapers.length)) {
            var ticks = java.util.Arrays.stream(reapers)
                    .map(desk -> (Callable<Boolean>) () -> {
                        desk.reaper.tick();
                        return true;
                    })
                    .toList();
            for (var done : pool.invokeAll(ticks)) {
                assertThat(done.get()).isTrue();
            }
        }
        DESK.reaper.tick();

        assertThat(SCENE.text("select count(*) from job where lease_node = ? and state = 'FAILED'", miner.node()))
                .isEqualTo(String.valueOf(many));
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
    }
}
