package io.pithead.coordinator.lease;

import static io.pithead.coordinator.lease.LeaseDesk.failure;
import static io.pithead.coordinator.lease.LeaseDesk.progress;
import static io.pithead.coordinator.lease.LeaseDesk.proof;
import static io.pithead.protocol.error.ErrorCode.CONFLICT_STATE;
import static io.pithead.protocol.error.ErrorCode.JOB_NOT_FOUND;
import static io.pithead.protocol.error.ErrorCode.LEASE_LOST;
import static io.pithead.protocol.error.ErrorCode.PROOF_CONFLICT;
import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.lease.Report.Answer;
import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.platform.BatchLane.Outcome;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.Receipt;
import io.pithead.protocol.receipt.Receipts;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReportBatchIT {
    private static final Scene SCENE = new Scene();
    private static final LeaseDesk DESK = new LeaseDesk(SCENE);

    private final UUID buyer = SCENE.buyer("100");
    private final Machine miner = SCENE.machine();

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(SCENE);
    }

    @Test
    void what_a_node_says_its_jobs_gave_and_took_is_added_up() {
        for (String metrics : List.of(
                "{\"work\":2000,\"work_unit\":\"hash\",\"energy_j\":500}",
                "{\"work\":1000,\"work_unit\":\"hash\",\"tflop\":4}",
                "{\"work\":\"much\"}")) {
            UUID job = SCENE.job(buyer, "{'workload':'adding-up','price':'1'}");
            long lease = SCENE.lease(job, miner);
            assertThat(DESK.one(LeaseDesk.proof(miner, job, lease, "x", metrics))
                            .refusal())
                    .isNull();
        }
        assertThat(SCENE.text(
                        "select row(unit, jobs, work, energy_work, energy_j, tflop_work, tflop)::text from node_work"
                                + " where node_id = ? and workload = 'adding-up'",
                        miner.node()))
                .isEqualTo("(hash,2,3000,2000,500,1000,4)");
    }

    @Test
    void a_proof_is_accepted_paid_and_receipted() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);

        Receipt receipt = accepted(DESK.one(proof(miner, job, lease, "out")), false);

        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        assertThat(receipt.provider()).isEqualTo(miner.provider().toString());
        assertThat(receipt.client()).isEqualTo(buyer.toString());
        assertThat(receipt.price()).isEqualTo("2.000000");
        assertThat(receipt.artifactHash()).isEqualTo(LeaseDesk.sha("out"));
        assertThat(receipt.nonce()).isEqualTo(String.valueOf(lease));
        assertThat(Receipts.problems(Json.toTree(receipt), DESK.signer.publicKeys()))
                .isEmpty();
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("98.000000");
        assertThat(SCENE.balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
        assertThat(SCENE.balance(miner.provider(), Pot.AVAILABLE)).isEqualTo("2.000000");
    }

    @Test
    void the_same_proof_again_gives_the_same_receipt_and_pays_nothing() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);
        Receipt first = accepted(DESK.one(proof(miner, job, lease, "out")), false);

        Receipt again = accepted(DESK.one(proof(miner, job, lease, "out")), true);

        assertThat(Json.toTree(again)).isEqualTo(Json.toTree(first));
        assertThat(SCENE.balance(miner.provider(), Pot.AVAILABLE)).isEqualTo("2.000000");
    }

    @Test
    void another_proof_under_the_same_lease_is_a_conflict() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);
        DESK.one(proof(miner, job, lease, "out"));

        refused(DESK.one(proof(miner, job, lease, "other")), PROOF_CONFLICT);
    }

    @Test
    void a_proof_without_a_lease_counts_for_the_holder_only() {
        UUID job = SCENE.job(buyer);
        SCENE.lease(job, miner);

        refused(DESK.one(proof(SCENE.machine(), job, null, "out")), JOB_NOT_FOUND);
        accepted(DESK.one(proof(miner, job, null, "out")), false);
    }

    @Test
    void a_stale_lease_of_the_same_miner_changes_nothing() {
        UUID job = SCENE.job(buyer);
        long stale = SCENE.lease(job, miner);
        DESK.loseLease(job);
        SCENE.lease(job, miner);

        refused(DESK.one(proof(miner, job, stale, "out")), LEASE_LOST);
        refused(DESK.one(progress(miner, job, stale, 10)), LEASE_LOST);
        refused(DESK.one(failure(miner, job, stale, false)), LEASE_LOST);
        assertThat(SCENE.state(job)).isEqualTo(JobState.LEASED);
    }

    @Test
    void who_held_the_job_once_is_told_that_the_lease_is_lost() {
        UUID job = SCENE.job(buyer);
        long stale = SCENE.lease(job, miner);
        DESK.loseLease(job);
        SCENE.lease(job, SCENE.machine());

        refused(DESK.one(proof(miner, job, stale, "out")), LEASE_LOST);
        refused(DESK.one(proof(miner, job, null, "out")), LEASE_LOST);
    }

    @Test
    void a_namesake_of_who_held_the_job_once_learns_nothing() {
        Machine namesake = SCENE.machine(SCENE.rows.account(), miner.minerId(), true);
        UUID job = SCENE.job(buyer);
        long stale = SCENE.lease(job, miner);
        DESK.loseLease(job);

        refused(DESK.one(proof(namesake, job, stale, "out")), JOB_NOT_FOUND);
        refused(DESK.one(proof(miner, job, stale, "out")), LEASE_LOST);
    }

    @Test
    void a_stranger_learns_nothing_whatever_the_state_and_whatever_it_guesses() {
        Machine stranger = SCENE.machine();
        UUID queued = SCENE.job(buyer);
        UUID held = SCENE.job(buyer);
        long lease = SCENE.lease(held, miner);
        UUID done = SCENE.job(buyer);
        long doneLease = SCENE.lease(done, miner);
        DESK.one(proof(miner, done, doneLease, "out"));

        for (UUID job : List.of(queued, held, done, UUID.randomUUID())) {
            for (long guess : new long[] {lease, doneLease, 1}) {
                refused(DESK.one(proof(stranger, job, guess, "out")), JOB_NOT_FOUND);
                refused(DESK.one(progress(stranger, job, guess, 1)), JOB_NOT_FOUND);
                refused(DESK.one(failure(stranger, job, guess, true)), JOB_NOT_FOUND);
            }
        }
        assertThat(SCENE.state(held)).isEqualTo(JobState.LEASED);
    }

    @Test
    void a_proof_that_comes_after_the_lease_was_lost_but_not_given_on_is_refused() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);
        DESK.loseLease(job);

        refused(DESK.one(proof(miner, job, lease, "out")), LEASE_LOST);
        refused(DESK.one(proof(miner, job, null, "out")), LEASE_LOST);
        assertThat(SCENE.state(job)).isEqualTo(JobState.QUEUED);
    }

    @Test
    void a_canceled_job_takes_no_proof_and_its_miner_learns_so_from_progress() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);
        SCENE.jobs.cancel(buyer, job);

        refused(DESK.one(proof(miner, job, lease, "out")), CONFLICT_STATE);
        refused(DESK.one(failure(miner, job, lease, true)), CONFLICT_STATE);
        Answer answer = DESK.one(progress(miner, job, lease, 5)).value();
        assertThat(answer)
                .isInstanceOfSatisfying(
                        Answer.Renewed.class,
                        renewed -> assertThat(renewed.answer().cancel()).isTrue());
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
    }

    @Test
    void a_failure_waits_for_its_backoff_and_then_ends_when_attempts_are_used_up() {
        UUID job = SCENE.job(buyer, "{'workload':'backoff','price':'2','max_attempts':2}");
        long first = SCENE.lease(job, miner);

        assertThat(DESK.one(failure(miner, job, first, true)).refusal()).isNull();

        assertThat(SCENE.state(job)).isEqualTo(JobState.QUEUED);
        assertThat(SCENE.text("select waiting and ready_at > now() and error_code = 'OOM' from job where id = ?", job))
                .isEqualTo("t");
        DESK.endBackoff(job);
        long second = SCENE.lease(job, miner);
        assertThat(second).isGreaterThan(first);
        DESK.one(failure(miner, job, second, true));
        assertThat(SCENE.state(job)).isEqualTo(JobState.FAILED);
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
    }

    @Test
    void a_failure_that_no_attempt_would_mend_ends_the_job_at_once() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);

        DESK.one(failure(miner, job, lease, false));

        assertThat(SCENE.state(job)).isEqualTo(JobState.FAILED);
        assertThat(SCENE.text("select error_code || ': ' || error_message from job where id = ?", job))
                .isEqualTo("OOM: out of memory");
        refused(DESK.one(failure(miner, job, lease, false)), CONFLICT_STATE);
    }

    @Test
    void progress_renews_the_lease_and_never_shortens_it() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);
        SCENE.rows.update("update job set lease_expires_at = now() + interval '1 s' where id = ?", job);

        DESK.one(progress(miner, job, lease, 40));

        assertThat(SCENE.state(job)).isEqualTo(JobState.RUNNING);
        assertThat(SCENE.text(
                        "select lease_expires_at > now() + interval '50 s' and percent = 40 from job where id = ?",
                        job))
                .isEqualTo("t");
        SCENE.rows.update("update job set lease_expires_at = now() + interval '1 hour' where id = ?", job);
        DESK.one(progress(miner, job, lease, null));
        assertThat(SCENE.text(
                        "select lease_expires_at > now() + interval '50 min' and percent = 40 from job where id = ?",
                        job))
                .isEqualTo("t");
    }

    @Test
    void one_batch_decides_each_report_on_what_the_ones_before_it_left() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);

        List<Outcome<Answer>> outcomes = DESK.report(
                progress(miner, job, lease, 99),
                proof(miner, job, lease, "out"),
                proof(miner, job, lease, "out"),
                proof(miner, job, lease, "other"),
                progress(miner, job, lease, 100),
                failure(miner, job, lease, true));

        assertThat(outcomes.get(0).value()).isInstanceOf(Answer.Renewed.class);
        Receipt receipt = accepted(outcomes.get(1), false);
        assertThat(accepted(outcomes.get(2), true)).isEqualTo(receipt);
        refused(outcomes.get(3), PROOF_CONFLICT);
        refused(outcomes.get(4), CONFLICT_STATE);
        refused(outcomes.get(5), CONFLICT_STATE);
        assertThat(SCENE.balance(miner.provider(), Pot.AVAILABLE)).isEqualTo("2.000000");
    }

    @Test
    void a_failure_and_then_a_proof_in_one_batch_leaves_the_job_queued() {
        UUID job = SCENE.job(buyer);
        long lease = SCENE.lease(job, miner);

        List<Outcome<Answer>> outcomes = DESK.report(failure(miner, job, lease, true), proof(miner, job, lease, "out"));

        assertThat(outcomes.get(0).refusal()).isNull();
        refused(outcomes.get(1), LEASE_LOST);
        assertThat(SCENE.state(job)).isEqualTo(JobState.QUEUED);
    }

    @Test
    void a_bad_report_does_not_touch_its_neighbours() {
        UUID good = SCENE.job(buyer);
        UUID other = SCENE.job(buyer);
        long lease = SCENE.lease(good, miner);

        List<Outcome<Answer>> outcomes = DESK.report(
                proof(miner, other, null, "x"),
                proof(miner, good, lease, "out"),
                proof(miner, UUID.randomUUID(), lease, "x"));

        refused(outcomes.get(0), JOB_NOT_FOUND);
        accepted(outcomes.get(1), false);
        refused(outcomes.get(2), JOB_NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(strings = {"proof", "failure", "cancel", "reap"})
    void a_job_ends_at_an_instance_that_never_heard_of_its_buyer(String end) {
        UUID job = SCENE.job(buyer, "{'workload':'restart-" + end + "','price':'2','max_attempts':1}");
        long lease = SCENE.lease(job, miner);
        Scene restarted = SCENE.restarted();
        var desk = new LeaseDesk(restarted);
        restarted.ledger.open(List.of(miner.provider()));

        switch (end) {
            case "proof" -> accepted(desk.one(proof(miner, job, lease, "out")), false);
            case "failure" -> desk.one(failure(miner, job, lease, true));
            case "cancel" -> restarted.jobs.cancel(buyer, job);
            default -> desk.loseLease(job);
        }

        assertThat(SCENE.state(job).isTerminal()).isTrue();
        assertThat(SCENE.balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
    }

    @Test
    void two_jobs_of_one_buyer_and_a_free_one_settle_in_one_batch() {
        UUID one = SCENE.job(buyer);
        UUID two = SCENE.job(buyer);
        UUID free = SCENE.job(buyer, "{'workload':'free','price':'0'}");
        long first = SCENE.lease(one, miner);
        long second = SCENE.lease(two, miner);
        long third = SCENE.lease(free, miner);

        DESK.report(proof(miner, one, first, "1"), proof(miner, two, second, "2"), proof(miner, free, third, "3"));

        assertThat(SCENE.balance(miner.provider(), Pot.AVAILABLE)).isEqualTo("4.000000");
        assertThat(SCENE.state(free)).isEqualTo(JobState.COMPLETED);
    }

    private static Receipt accepted(Outcome<Answer> outcome, boolean replay) {
        assertThat(outcome.refusal()).isNull();
        var accepted = (Answer.Accepted) Objects.requireNonNull(outcome.value());
        assertThat(accepted.replay()).isEqualTo(replay);
        return accepted.receipt();
    }

    private static void refused(Outcome<Answer> outcome, ErrorCode code) {
        assertThat(outcome.refusal())
                .isInstanceOfSatisfying(
                        CoordinatorException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
