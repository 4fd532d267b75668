package io.pithead.coordinator.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.lease.LeaseDesk;
import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.coordinator.testing.Statements;
import io.pithead.coordinator.verify.core.Adaptive;
import io.pithead.coordinator.verify.core.Adaptive.Streak;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.job.ProofClaim;
import io.pithead.protocol.job.VerificationView;
import io.pithead.protocol.job.VerificationView.Verdict;
import io.pithead.protocol.job.WorkRequest;
import io.pithead.protocol.signing.WalletKey;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Every path of a job whose proof is judged; after each the books are whole and no provider had two replicas. */
class VerifyRoundsIT {
    private static final Scene SCENE = new Scene();
    private static final VerifyDesk DESK = new VerifyDesk(SCENE);
    private static final JobFacade JOBS = SCENE.jobs.facade();

    private final UUID buyer = SCENE.buyer("100");
    private final String workload = VerifyDesk.workload();
    private final Machine first = DESK.worker(workload);
    private final List<Machine> others = new ArrayList<>();

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(SCENE);
    }

    private void others(int count) {
        for (int i = 0; i < count; i++) {
            others.add(DESK.worker(workload));
        }
    }

    private UUID job(String verification) {
        return SCENE.job(buyer, "{'workload':'" + workload + "','price':'2','verification':" + verification + "}");
    }

    private UUID pair() {
        return job("{'mode':'replicate'}");
    }

    /** The job's own miner has answered, and its first replica is placed. */
    private UUID begun(String output) {
        UUID job = pair();
        assertThat(DESK.run(first, job, output)).isEqualTo("VERIFYING");
        DESK.round();
        return job;
    }

    private Machine runs(UUID replica, String output) {
        Machine miner = DESK.chosen(replica, others);
        assertThat(DESK.run(miner, replica, output)).isEqualTo("VERIFYING");
        DESK.round();
        return miner;
    }

    private String has(Machine miner) {
        return SCENE.balance(miner.provider(), Pot.AVAILABLE);
    }

    private void nothingIsPaid(UUID job) {
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
        assertThat(SCENE.balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
        assertThat(SCENE.column("select state from job where (id = ? or parent = ?) and finished_at is null", job, job))
                .isEmpty();
    }

    @Test
    void two_who_agree_are_paid_each_and_the_rest_goes_back() {
        others(3);
        UUID job = pair();
        assertThat(SCENE.balance(buyer, Pot.RESERVED)).isEqualTo("6.000000");
        long lease = SCENE.lease(job, first);
        assertThat(DESK.leases.prove(first, job, lease, "right")).isEqualTo("VERIFYING");
        assertThat(SCENE.state(job)).isEqualTo(JobState.VERIFYING);
        DESK.round();
        assertThat(DESK.leases.prove(first, job, lease, "right"))
                .as("asked again")
                .isEqualTo("VERIFYING");

        Machine second = runs(DESK.replicas(job).getFirst(), "right");

        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        assertThat(has(first)).isEqualTo("2.000000");
        assertThat(has(second)).isEqualTo("2.000000");
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("96.000000");
        assertThat(SCENE.balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
        assertThat(DESK.leases.prove(first, job, lease, "right")).isEqualTo("AGAIN");
        assertThat(DESK.decisions(job)).containsExactly("ASKED", "AGREED");
        VerificationView view = DESK.view(buyer, job);
        assertThat(view.verdict()).isEqualTo(Verdict.AGREED);
        assertThat(view.result()).isZero();
        assertThat(view.items()).extracting(VerificationView.Replica::verdict).containsExactly("PAID", "PAID");
        assertThat(JOBS.receipt(buyer, job).provider())
                .isEqualTo(first.provider().toString());
    }

    @Test
    void what_its_node_signed_stands_beside_an_answer_once_all_is_judged() {
        others(3);
        WalletKey key = WalletKey.generate(new SecureRandom());
        DESK.hasKey(first, key);
        UUID job = pair();
        Proof proof = LeaseDesk.unsigned(job, SCENE.lease(job, first), "right").signed(key);
        assertThat(DESK.leases.prove(first, proof)).isEqualTo("VERIFYING");
        DESK.round();
        assertThat(DESK.view(buyer, job).items().getFirst().claim())
                .as("before")
                .isNull();

        runs(DESK.replicas(job).getFirst(), "right");

        List<VerificationView.Replica> items = DESK.view(buyer, job).items();
        ProofClaim claim = Objects.requireNonNull(items.getFirst().claim());
        assertThat(claim.isSignedBy(key.address().text())).isTrue();
        assertThat(claim).isEqualTo(ProofClaim.of(proof, key.address().text()));
        assertThat(items.getLast().claim()).as("of who signs nothing").isNull();
    }

    @Test
    void a_proof_that_is_not_signed_by_its_own_node_is_refused_and_changes_nothing() {
        WalletKey key = WalletKey.generate(new SecureRandom());
        WalletKey other = WalletKey.generate(new SecureRandom());
        UUID job = pair();
        long lease = SCENE.lease(job, first);
        Proof unsigned = LeaseDesk.unsigned(job, lease, "right");
        Proof right = unsigned.signed(key);
        Proof forged = signedAs(LeaseDesk.unsigned(job, lease, "wrong"), right);
        Proof ofNoLease = new Proof(
                job, null, unsigned.outputSha(), Map.of(), null, null, List.of(), null, null, null, right.signature());
        Proof noSignature = signedAs(
                unsigned,
                new Proof(job, null, unsigned.outputSha(), Map.of(), lease, null, List.of(), null, null, null, "c2ln"));
        DESK.hasKey(first, key);

        for (Proof bad : List.of(unsigned.signed(other), forged, ofNoLease, noSignature)) {
            assertThat(DESK.leases.prove(first, bad)).isEqualTo("INVALID_PAYLOAD");
        }
        assertThat(SCENE.state(job)).isEqualTo(JobState.LEASED);
        assertThat(SCENE.column("select 1 from job_result where job_id = ?", job))
                .isEmpty();
        assertThat(DESK.leases.prove(first, right)).isEqualTo("VERIFYING");
        assertThat(DESK.leases.prove(first, unsigned.signed(other)))
                .as("taken before")
                .isEqualTo("VERIFYING");
    }

    @Test
    void a_proof_that_names_another_request_than_was_asked_is_refused() {
        WalletKey key = WalletKey.generate(new SecureRandom());
        DESK.hasKey(first, key);
        UUID job = pair();
        Proof unsigned = LeaseDesk.unsigned(job, SCENE.lease(job, first), "right");
        String asked = WorkRequest.of(workload, null, null).sha().orElseThrow();

        assertThat(DESK.leases.prove(
                        first, LeaseDesk.naming("0".repeat(64), unsigned).signed(key)))
                .isEqualTo("INVALID_PAYLOAD");
        assertThat(SCENE.state(job)).isEqualTo(JobState.LEASED);
        assertThat(DESK.leases.prove(first, LeaseDesk.naming(asked, unsigned).signed(key)))
                .isEqualTo("VERIFYING");
        assertThat(SCENE.text("select claim->>'request_sha' from job_result where job_id = ?", job))
                .isEqualTo(asked);
    }

    @Test
    void what_nobody_signed_is_refused_where_an_operator_says_so() {
        var strict = new LeaseDesk(SCENE, Map.of("pithead.lease.signed-proofs", "true"));
        WalletKey key = WalletKey.generate(new SecureRandom());
        UUID job = pair();
        Proof unsigned = LeaseDesk.unsigned(job, SCENE.lease(job, first), "right");
        assertThat(strict.prove(first, unsigned)).isEqualTo("INVALID_PAYLOAD");
        assertThat(strict.prove(first, unsigned.signed(key)))
                .as("of a node without an address")
                .isEqualTo("INVALID_PAYLOAD");
        DESK.hasKey(first, key);

        assertThat(strict.prove(first, unsigned.signed(key))).isEqualTo("VERIFYING");
    }

    @Test
    void what_cannot_be_checked_is_no_claim() {
        UUID job = pair();
        Proof proof = LeaseDesk.unsigned(job, SCENE.lease(job, first), "right")
                .signed(WalletKey.generate(new SecureRandom()));

        assertThat(DESK.leases.prove(first, proof)).isEqualTo("VERIFYING");

        assertThat(SCENE.text("select claim from job_result where job_id = ?", job))
                .isEqualTo("null");
    }

    private static Proof signedAs(Proof proof, Proof other) {
        return new Proof(
                proof.id(),
                proof.mode(),
                proof.outputSha(),
                proof.metrics(),
                proof.lease(),
                proof.output(),
                proof.artifacts(),
                proof.startedAt(),
                proof.completedAt(),
                proof.requestSha(),
                other.signature());
    }

    @Test
    void what_was_compared_stands_in_each_nodes_record() {
        others(4);
        UUID job = begun("right");
        Machine liar = runs(DESK.replicas(job).getFirst(), "wrong");
        Machine third = runs(DESK.replicas(job).getLast(), "right");

        assertThat(record(first)).isEqualTo("1 0 1");
        assertThat(record(third)).isEqualTo("1 0 1");
        assertThat(record(liar)).isEqualTo("0 1 0");
        others.stream()
                .filter(other -> !other.equals(liar) && !other.equals(third))
                .forEach(other -> assertThat(record(other)).isEqualTo("0 0 0"));
    }

    private static String record(Machine miner) {
        return SCENE.text(
                "select concat_ws(' ', \"right\", round(wrong), compared) from reputation where node_id = ?",
                miner.node());
    }

    @Test
    void who_differs_from_two_others_is_not_paid() {
        others(4);
        UUID job = begun("right");
        Machine liar = runs(DESK.replicas(job).getFirst(), "wrong");
        assertThat(SCENE.state(job)).isEqualTo(JobState.VERIFYING);
        assertThat(DESK.replicas(job)).as("one more is asked").hasSize(2);

        Machine third = runs(DESK.replicas(job).getLast(), "right");

        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        assertThat(has(first)).isEqualTo("2.000000");
        assertThat(has(third)).isEqualTo("2.000000");
        assertThat(has(liar)).isEqualTo("0.000000");
        assertThat(SCENE.text(
                        "select state || error_code from job where id = ?",
                        DESK.replicas(job).getFirst()))
                .isEqualTo("FAILEDDISSENTED");
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("96.000000");
        assertThat(DESK.view(buyer, job).items())
                .extracting(VerificationView.Replica::verdict)
                .containsExactly("PAID", "DISSENTED", "PAID");
        assertThat(DESK.decisions(job)).containsExactly("ASKED", "ASKED", "AGREED");
        assertThat(DESK.facade.disagreements(200, null).items())
                .filteredOn(one -> one.job().equals(job))
                .extracting(one -> one.decision() + one.evidence().size())
                .containsExactly("AGREED3", "ASKED2");
    }

    @Test
    void the_job_has_the_result_that_others_agree_on_when_its_own_miner_lied() {
        others(4);
        UUID job = begun("wrong");
        Machine second = runs(DESK.replicas(job).getFirst(), "right");
        Machine third = runs(DESK.replicas(job).getLast(), "right");

        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        assertThat(has(first)).isEqualTo("0.000000");
        assertThat(has(second)).isEqualTo("2.000000");
        assertThat(has(third)).isEqualTo("2.000000");
        assertThat(DESK.view(buyer, job).result()).isEqualTo(1);
        assertThat(JOBS.get(buyer, job).outputSha()).isEqualTo(LeaseDesk.sha("right"));
        assertThat(JOBS.result(buyer, job).outputSha()).isEqualTo(LeaseDesk.sha("right"));
        assertThat(JOBS.receipt(buyer, job).provider())
                .isEqualTo(second.provider().toString());
    }

    @Test
    void nobody_is_paid_when_all_differ() {
        others(4);
        UUID job = begun("a");
        runs(DESK.replicas(job).getFirst(), "b");
        runs(DESK.replicas(job).getLast(), "c");

        assertThat(SCENE.text("select state || error_code from job where id = ?", job))
                .isEqualTo("FAILEDNO_QUORUM");
        assertThat(DESK.view(buyer, job).verdict()).isEqualTo(Verdict.FAILED);
        assertThat(DESK.view(buyer, job).reason()).startsWith("no_quorum");
        nothingIsPaid(job);
    }

    @Test
    void at_its_deadline_it_ends_and_the_money_goes_back() {
        UUID job = begun("alone");
        assertThat(DESK.replicas(job)).as("there is nobody else").isEmpty();
        SCENE.rows.update("update verification set deadline = now(), look_at = now() where job_id = ?", job);
        DESK.round();

        assertThat(SCENE.state(job)).isEqualTo(JobState.FAILED);
        nothingIsPaid(job);
    }

    @Test
    void a_deadline_comes_with_a_replica_that_is_running() {
        others(1);
        UUID job = begun("right");
        UUID replica = DESK.replicas(job).getFirst();
        long lease = SCENE.lease(replica, others.getFirst());
        SCENE.rows.update("update verification set deadline = now(), look_at = now() where job_id = ?", job);
        DESK.round();

        assertThat(SCENE.state(job)).isEqualTo(JobState.FAILED);
        assertThat(SCENE.state(replica)).isEqualTo(JobState.FAILED);
        assertThat(DESK.leases.prove(others.getFirst(), replica, lease, "right"))
                .isEqualTo("CONFLICT_STATE");
        nothingIsPaid(job);
    }

    @Test
    void no_provider_is_asked_about_its_own_work_however_many_nodes_it_has() {
        for (int i = 0; i < 5; i++) {
            DESK.worker(first.provider(), workload);
        }
        UUID job = begun("right");
        assertThat(DESK.replicas(job)).isEmpty();
        others(1);
        SCENE.rows.update("update verification set look_at = now() where job_id = ?", job);
        DESK.round();

        assertThat(DESK.providerOf(DESK.replicas(job).getFirst()))
                .isEqualTo(others.getFirst().provider());
        runs(DESK.replicas(job).getFirst(), "right");
        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void neither_is_one_that_lost_the_job_before() {
        others(1);
        UUID job = pair();
        SCENE.lease(job, others.getFirst());
        DESK.leases.loseLease(job);
        assertThat(DESK.run(first, job, "right")).isEqualTo("VERIFYING");
        DESK.round();
        assertThat(DESK.replicas(job)).isEmpty();
        assertThat(JOBS.cancel(buyer, "buyer", job).state()).isEqualTo(JobState.CANCELED);
        DESK.round();
        nothingIsPaid(job);
    }

    @Test
    void a_node_of_another_class_is_not_asked() {
        DESK.worker(SCENE.rows.account(), workload, "gpu");
        UUID job = begun("right");
        assertThat(DESK.replicas(job)).isEmpty();
        JOBS.cancel(buyer, "buyer", job);
        DESK.round();
        nothingIsPaid(job);
    }

    @Test
    void a_machine_of_the_same_owner_under_another_name_is_not_asked() {
        Machine twin = DESK.worker(workload);
        others.add(twin);
        for (Machine one : List.of(first, twin)) {
            SCENE.rows.update(
                    "insert into node_mark (node_id, kind, mark) values (?, 'HOST', ?)", one.node(), workload);
        }
        UUID job = begun("right");
        assertThat(DESK.replicas(job)).isEmpty();

        SCENE.rows.update("update node_mark set kind = 'ADDRESS' where mark = ?", workload);
        SCENE.rows.update("update verification set look_at = now() where job_id = ?", job);
        DESK.round();
        assertThat(DESK.chosen(DESK.replicas(job).getFirst(), others))
                .as("many share an address")
                .isEqualTo(twin);
    }

    @Test
    void a_replica_that_its_node_does_not_take_or_loses_goes_to_another() {
        others(2);
        UUID job = begun("right");
        UUID replica = DESK.replicas(job).getFirst();
        Machine chosen = DESK.chosen(replica, others);
        SCENE.rows.update("update replica set assigned_at = now() - interval '1 hour' where job_id = ?", replica);
        SCENE.rows.update("update verification set look_at = now() where job_id = ?", job);
        DESK.round();
        Machine other = DESK.chosen(replica, others);
        assertThat(other).isNotEqualTo(chosen);

        SCENE.lease(replica, other);
        DESK.leases.loseLease(replica);
        others(1);
        DESK.round();

        assertThat(DESK.chosen(replica, others)).as("it lost its lease").isNotEqualTo(other);
        assertThat(DESK.decisions(job)).containsExactly("ASKED", "MOVED", "MOVED");
        runs(replica, "right");
        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void a_replica_whose_miner_gives_up_for_good_is_replaced_by_another() {
        others(2);
        UUID job = begun("right");
        UUID replica = DESK.replicas(job).getFirst();
        Machine chosen = DESK.chosen(replica, others);
        DESK.leases.fail(chosen, replica, SCENE.lease(replica, chosen), false);
        DESK.round();

        assertThat(DESK.replicas(job)).hasSize(2);
        runs(DESK.replicas(job).getLast(), "right");
        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        assertThat(has(chosen)).isEqualTo("0.000000");
    }

    @Test
    void canceling_the_job_ends_its_replicas_and_one_alone_cannot_be_canceled() {
        others(2);
        UUID job = begun("right");
        UUID replica = DESK.replicas(job).getFirst();
        Machine chosen = DESK.chosen(replica, others);
        long lease = SCENE.lease(replica, chosen);
        assertThatThrownBy(() -> JOBS.cancel(buyer, "buyer", replica))
                .isInstanceOfSatisfying(
                        CoordinatorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_STATE));

        JOBS.cancel(buyer, "buyer", job);
        DESK.round();

        assertThat(SCENE.state(replica)).isEqualTo(JobState.CANCELED);
        assertThat(DESK.leases.prove(chosen, replica, lease, "right")).isEqualTo("CONFLICT_STATE");
        assertThat(DESK.view(buyer, job).verdict()).isEqualTo(Verdict.ENDED);
        nothingIsPaid(job);
    }

    @Test
    void a_job_that_expires_while_it_is_judged_takes_its_replicas_with_it() {
        others(2);
        UUID job = begun("right");
        SCENE.rows.update("update job set deadline = now() - interval '1 s' where id = ? or parent = ?", job, job);
        DESK.leases.reap();
        DESK.round();

        assertThat(SCENE.state(job)).isEqualTo(JobState.EXPIRED);
        nothingIsPaid(job);
    }

    @Test
    void a_job_that_nobody_takes_gives_back_what_was_held_for_replicas() {
        UUID job = pair();
        SCENE.rows.update("update job set expires_at = now() - interval '1 s' where id = ?", job);
        DESK.leases.reap();
        DESK.round();
        nothingIsPaid(job);
    }

    @Test
    void who_cannot_pay_for_all_replicas_is_told_before() {
        assertThatThrownBy(() -> SCENE.job(
                        buyer,
                        "{'workload':'w','price':'40','verification':{'mode':'replicate','replicas':3,'quorum':2}}"))
                .isInstanceOfSatisfying(
                        CoordinatorException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INSUFFICIENT_FUNDS));
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
    }

    @Test
    void redundancy_is_short_for_replicas() {
        UUID job = SCENE.job(buyer, "{'workload':'" + workload + "','price':'1','redundancy':5}");
        assertThat(SCENE.text(
                        "select row(mode, replicas, quorum, max_replicas, held)::text from verification"
                                + " where job_id = ?",
                        job))
                .isEqualTo("(REPLICATE,5,3,5,4000000)");
        JOBS.cancel(buyer, "buyer", job);
        DESK.round();
        nothingIsPaid(job);
    }

    @Test
    void to_its_miner_a_replica_is_the_job_it_repeats() {
        others(1);
        UUID job = begun("right");
        String offered = "select row(workload, priority, price, max_attempts, max_runtime_s, deadline, attempt)::text"
                + " || (select request::text from job_spec s where s.job_id = job.id) from job where id = ?";
        SCENE.lease(DESK.replicas(job).getFirst(), others.getFirst());
        assertThat(SCENE.text(offered, DESK.replicas(job).getFirst())).isEqualTo(SCENE.text(offered, job));
        JOBS.cancel(buyer, "buyer", job);
        DESK.round();
    }

    // by figure ------------------------------------------------------------------------------------------------------

    @Test
    void benchmarks_agree_that_took_another_time_and_were_rounded_otherwise() {
        List<Machine> benches =
                List.of(DESK.worker("torch_bench"), DESK.worker("torch_bench"), DESK.worker("torch_bench"));
        String request = "{'workload':'torch_bench','price':'2','verification':{'mode':'replicate'}}";
        Machine one = benches.getFirst();
        UUID job = SCENE.job(buyer, request);
        assertThat(DESK.runBench(one, job, "1.0000", "6.519012e+02")).isEqualTo("VERIFYING");
        UUID replica = DESK.replicas(job).getFirst();
        Machine two = DESK.chosen(replica, benches);
        DESK.runBench(two, replica, "2.0000", "6.519391e+02");
        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        assertThat(has(two)).isEqualTo("2.000000");
        assertThat(JOBS.get(buyer, job).outputSha())
                .isEqualTo(LeaseDesk.sha(VerifyDesk.bench("1.0000", "6.519012e+02")));

        UUID guessed = SCENE.job(buyer, request);
        DESK.runBench(one, guessed, "1.0000", "6.600000e+02");
        UUID second = DESK.replicas(guessed).getFirst();
        DESK.runBench(DESK.chosen(second, benches), second, "2.0000", "6.519391e+02");
        UUID third = DESK.replicas(guessed).getLast();
        DESK.runBench(DESK.chosen(third, benches), third, "3.0000", "6.519012e+02");
        assertThat(SCENE.state(guessed)).isEqualTo(JobState.COMPLETED);
        assertThat(has(one)).as("for the first job").isEqualTo("2.000000");
        assertThat(record(one)).isEqualTo("1 1 1");
        assertThat(JOBS.get(buyer, guessed).outputSha())
                .as("its result is one that was given, whatever its class is called")
                .isEqualTo(LeaseDesk.sha(VerifyDesk.bench("2.0000", "6.519391e+02")))
                .isEqualTo(JOBS.result(buyer, guessed).outputSha());
    }

    // by hash --------------------------------------------------------------------------------------------------------

    private UUID hashed(String more) {
        return SCENE.job(
                buyer,
                "{'workload':'" + workload + "','price':'2'" + more + ",'verification':{'mode':'hash','expected':['"
                        + LeaseDesk.sha("other") + "','" + LeaseDesk.sha("right") + "']}}");
    }

    @Test
    void a_newcomer_is_compared_and_right_answers_make_its_streak() {
        others(2);
        UUID job = job("{'mode':'adaptive'}");
        assertThat(DESK.run(first, job, "right")).isEqualTo("VERIFYING");
        DESK.round();
        Machine second = runs(DESK.replicas(job).getFirst(), "right");

        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        assertThat(DESK.streak(first, workload)).isEqualTo("1");
        assertThat(DESK.streak(second, workload)).isEqualTo("1");
        assertThat(DESK.decisions(job)).containsExactly("ASKED", "AGREED");
    }

    /** As the core draws it for each job: with ten right answers one in ten is compared. */
    @Test
    void who_was_right_often_is_compared_now_and_then() {
        others(1);
        DESK.streak(first, workload, 10);
        UUID rich = SCENE.buyer("1000");
        boolean compared = false;
        boolean trusted = false;
        for (int i = 0; i < 300 && !(compared && trusted); i++) {
            UUID job =
                    SCENE.job(rich, "{'workload':'" + workload + "','price':'2','verification':{'mode':'adaptive'}}");
            assertThat(DESK.run(first, job, "right")).isEqualTo("VERIFYING");
            DESK.round();
            if (Adaptive.replicates(new Streak(10), job, VerifyDesk.DRAW, Adaptive.Policy.DEFAULT)) {
                compared = true;
                assertThat(DESK.replicas(job)).hasSize(1);
                assertThat(JOBS.cancel(rich, "buyer", job).state()).isEqualTo(JobState.CANCELED);
                DESK.round();
            } else {
                trusted = true;
                assertThat(DESK.decisions(job)).containsExactly("TRUSTED", "AGREED");
                assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
                assertThat(SCENE.balance(rich, Pot.RESERVED)).isEqualTo("0.000000");
            }
        }
        assertThat(compared && trusted).isTrue();
        assertThat(DESK.streak(first, workload)).as("nobody looked at these").isEqualTo("10");
    }

    @Test
    void a_suspect_is_compared_however_long_its_streak_with_this_workload_is() {
        others(1);
        DESK.streak(first, workload, 1_000_000);
        SCENE.rows.update("update reputation set points = 150 where node_id = ?", first.node());
        UUID job = job("{'mode':'adaptive'}");
        assertThat(DESK.run(first, job, "right")).isEqualTo("VERIFYING");
        DESK.round();
        assertThat(DESK.replicas(job)).hasSize(1);
        runs(DESK.replicas(job).getFirst(), "right");
        assertThat(SCENE.text("select points from reputation where node_id = ?", first.node()))
                .isEqualTo("149");
    }

    @Test
    void ten_lies_that_quorums_found_keep_a_node_from_work() {
        others(3);
        SCENE.rows.update("update reputation set points = 450 where node_id = ?", first.node());
        UUID job = begun("wrong");
        runs(DESK.replicas(job).getFirst(), "right");
        runs(DESK.replicas(job).getLast(), "right");
        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        assertThat(SCENE.text("select ban from node where id = ?", first.node()))
                .startsWith("suspended until ");
        others.forEach(other -> assertThat(SCENE.text("select ban from node where id = ?", other.node()))
                .isEqualTo("null"));
    }

    @Test
    void who_is_wrong_begins_anew_and_who_gives_up_loses_half() {
        others(3);
        others.forEach(other -> DESK.streak(other, workload, 40));
        UUID job = begun("right");
        Machine liar = runs(DESK.replicas(job).getFirst(), "wrong");
        UUID last = DESK.replicas(job).getLast();
        Machine quitter = DESK.chosen(last, others);
        DESK.leases.fail(quitter, last, SCENE.lease(last, quitter), false);
        DESK.round();
        SCENE.rows.update("update verification set deadline = now(), look_at = now() where job_id = ?", job);
        DESK.round();

        assertThat(SCENE.state(job)).isEqualTo(JobState.FAILED);
        assertThat(DESK.streak(quitter, workload)).isEqualTo("20");
        assertThat(DESK.streak(liar, workload))
                .as("nobody knows which of the two was wrong")
                .isEqualTo("40");
        UUID another = pair();
        others(2);
        assertThat(DESK.run(first, another, "right")).isEqualTo("VERIFYING");
        DESK.round();
        Machine second = runs(DESK.replicas(another).getFirst(), "wrong");
        runs(DESK.replicas(another).getLast(), "right");
        assertThat(DESK.streak(second, workload)).isEqualTo("0");
        assertThat(DESK.streak(first, workload)).isEqualTo("1");
    }

    @Test
    void a_lost_lease_costs_half_a_streak_once() {
        others(2);
        others.forEach(other -> DESK.streak(other, workload, 40));
        UUID job = begun("right");
        UUID replica = DESK.replicas(job).getFirst();
        Machine lost = DESK.chosen(replica, others);
        SCENE.lease(replica, lost);
        DESK.leases.loseLease(replica);
        DESK.round();
        DESK.round();

        assertThat(DESK.streak(lost, workload)).isEqualTo("20");
        runs(replica, "right");
        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void a_proof_with_an_expected_digest_is_paid_at_once() {
        UUID job = hashed("");
        assertThat(DESK.run(first, job, "right")).isEqualTo("PAID");
        DESK.round();
        assertThat(DESK.view(buyer, job).verdict()).isEqualTo(Verdict.AGREED);
        assertThat(has(first)).isEqualTo("2.000000");
        assertThat(record(first)).as("a buyer may be its own provider").isEqualTo("0 0 0");
    }

    @Test
    void one_with_another_digest_is_not_and_another_provider_gets_the_job() {
        UUID job = hashed("");
        DESK.worker(first.provider(), workload);
        long lease = SCENE.lease(job, first);
        assertThat(DESK.leases.prove(first, job, lease, "wrong")).isEqualTo("PROOF_REFUSED");
        assertThat(DESK.leases.prove(first, job, lease, "wrong")).as("again").isEqualTo("PROOF_REFUSED");
        DESK.round();
        assertThat(SCENE.state(job)).as("nobody else is there").isEqualTo(JobState.VERIFYING);
        others(1);
        SCENE.rows.update("update verification set look_at = now() where job_id = ?", job);
        DESK.round();

        assertThat(SCENE.text("select state || error_code from job where id = ?", job))
                .isEqualTo("QUEUEDWRONG_OUTPUT");
        assertThat(DESK.providerOf(job)).isEqualTo(others.getFirst().provider());
        assertThat(DESK.run(others.getFirst(), job, "right")).isEqualTo("PAID");
        DESK.round();
        assertThat(has(first)).isEqualTo("0.000000");
        assertThat(has(others.getFirst())).isEqualTo("2.000000");
        assertThat(DESK.decisions(job)).containsExactly("REFUSED");
    }

    @Test
    void attempts_with_other_digests_are_counted() {
        UUID job = hashed(",'max_attempts':1");
        assertThat(DESK.run(first, job, "wrong")).isEqualTo("PROOF_REFUSED");
        DESK.round();
        assertThat(SCENE.text("select state || error_code from job where id = ?", job))
                .isEqualTo("FAILEDWRONG_OUTPUT");
        nothingIsPaid(job);
    }

    @Test
    void a_job_that_nobody_else_can_do_ends_at_its_deadline() {
        UUID job = hashed("");
        assertThat(DESK.run(first, job, "wrong")).isEqualTo("PROOF_REFUSED");
        DESK.round();
        SCENE.rows.update("update verification set deadline = now(), look_at = now() where job_id = ?", job);
        DESK.round();
        assertThat(SCENE.state(job)).isEqualTo(JobState.FAILED);
        nothingIsPaid(job);
    }

    // faults ---------------------------------------------------------------------------------------------------------

    @Test
    void many_rounds_at_once_ask_once_and_pay_once() throws Exception {
        others(4);
        UUID job = pair();
        DESK.run(first, job, "right");
        together(DESK::round);
        assertThat(DESK.replicas(job)).hasSize(1);
        UUID replica = DESK.replicas(job).getFirst();
        Machine second = DESK.chosen(replica, others);
        DESK.run(second, replica, "right");
        together(DESK::round);
        DESK.round();

        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        assertThat(has(second)).isEqualTo("2.000000");
        assertThat(DESK.decisions(job)).containsExactly("ASKED", "AGREED");
    }

    @Test
    void canceling_and_judging_at_once_leave_one_outcome() throws Exception {
        others(8);
        for (int i = 0; i < 8; i++) {
            UUID job = begun("right");
            UUID replica = DESK.replicas(job).getFirst();
            DESK.run(DESK.chosen(replica, others), replica, "right");
            together(DESK::round, () -> {
                try {
                    JOBS.cancel(buyer, "buyer", job);
                } catch (CoordinatorException e) {
                    assertThat(e.code()).isEqualTo(ErrorCode.CONFLICT_STATE);
                }
            });
            DESK.round();
            assertThat(DESK.view(buyer, job).verdict())
                    .isEqualTo(SCENE.state(job) == JobState.COMPLETED ? Verdict.AGREED : Verdict.ENDED);
            Histories.assertSound(SCENE);
        }
    }

    private static void together(Runnable... what) throws Exception {
        var start = new CyclicBarrier(what.length * 2);
        try (var threads = Executors.newFixedThreadPool(what.length * 2)) {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < what.length * 2; i++) {
                Runnable one = what[i % what.length];
                calls.add(() -> {
                    start.await();
                    one.run();
                    return true;
                });
            }
            for (Future<Boolean> done : threads.invokeAll(calls)) {
                done.get();
            }
        }
    }

    /** An instance that dies before its commit has done nothing, and what it was to look at is still there. */
    @Test
    void a_judge_that_dies_leaves_all_to_the_next() {
        others(2);
        UUID job = pair();
        DESK.run(first, job, "right");
        assertThatThrownBy(() -> SCENE.database.doInTransaction(connection -> {
                    var judge = new Judge(
                            connection,
                            SCENE.jobs.replicas(),
                            DESK.leases.judged,
                            new VerifyConfig(),
                            new Streaks(VerifyDesk.DRAW),
                            () -> SCENE.database.withConnection(other -> {
                                try {
                                    return Fleet.read(other, java.time.Duration.ofMinutes(5), false);
                                } catch (java.sql.SQLException e) {
                                    throw new IllegalStateException(e);
                                }
                            }),
                            new java.util.Random(1));
                    judge.look(job);
                    throw new IllegalStateException("killed");
                }))
                .hasMessage("killed");
        assertThat(DESK.replicas(job)).isEmpty();

        DESK.round();
        runs(DESK.replicas(job).getFirst(), "right");
        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
    }

    @Test
    void a_proof_that_is_not_judged_asks_no_more_of_the_database() throws Exception {
        UUID plain = SCENE.job(buyer, "{'workload':'" + workload + "','price':'2'}");
        long lease = SCENE.lease(plain, first);
        List<String> statements =
                Statements.of(SCENE.database, connection -> DESK.leases.proveOn(connection, first, plain, lease, "x"));
        assertThat(statements).hasSizeGreaterThan(4);
        assertThat(statements).noneMatch(sql -> sql.contains("verification") || sql.contains("replica"));
        assertThat(SCENE.column("select job_id from verification_nudge where job_id = ?", plain))
                .isEmpty();
        assertThat(SCENE.state(plain)).isEqualTo(JobState.COMPLETED);
        assertThat(Objects.requireNonNull(JOBS.receipt(buyer, plain)).provider())
                .isEqualTo(first.provider().toString());
    }
}
