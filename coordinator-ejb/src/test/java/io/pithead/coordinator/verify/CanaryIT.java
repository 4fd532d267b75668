package io.pithead.coordinator.verify;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.lease.LeaseDesk;
import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.coordinator.verify.core.Adaptive;
import io.pithead.coordinator.verify.core.Adaptive.Streak;
import io.pithead.protocol.job.JobState;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Jobs with a known answer, given to a third provider; after each the books are whole. */
class CanaryIT {
    private static final Scene SCENE = new Scene();
    private static final VerifyDesk DESK = new VerifyDesk(SCENE);
    private static final JobFacade JOBS = SCENE.jobs.facade();

    private final UUID buyer = SCENE.buyer("100");
    private final UUID payer = SCENE.buyer("100");
    private final String workload = VerifyDesk.workload();
    private final Machine first = DESK.worker(workload);
    private final List<Machine> others = new ArrayList<>(List.of(DESK.worker(workload)));

    @BeforeEach
    void nothing_is_left_to_be_drawn_and_nothing_is_spent() {
        SCENE.rows.update("update canary set created_at = now() - interval '25 h'");
        SCENE.rows.update("update account set name = ? where id = ?", workload, payer);
        SCENE.rows.update("update canary_draw set receipt_id = coalesce("
                + "(select receipt_id from receipt order by receipt_id desc limit 1), receipt_id)");
    }

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(SCENE);
    }

    private void draw(String... settings) {
        DESK.canaries(workload, settings);
    }

    private Machine other() {
        others.add(DESK.worker(workload));
        return others.getLast();
    }

    /** A job that the first machine and the other one agreed on. */
    private UUID agreed(String output) {
        return agreed(output, "", "");
    }

    private UUID agreed(String output, String more, String judged) {
        UUID job = SCENE.job(
                buyer,
                "{'workload':'" + workload + "','price':'2','verification':{'mode':'replicate'" + judged + "}" + more
                        + "}");
        assertThat(DESK.run(first, job, output)).isEqualTo("VERIFYING");
        DESK.round();
        runs(DESK.replicas(job).getFirst(), output);
        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        return job;
    }

    private Machine runs(UUID replica, String output) {
        Machine miner = DESK.chosen(replica, others);
        assertThat(DESK.run(miner, replica, output)).isEqualTo("VERIFYING");
        DESK.round();
        return miner;
    }

    /** It is paid for a job that nobody compares. */
    private void works(Machine miner) {
        UUID plain = SCENE.job(buyer, "{'workload':'" + workload + "','price':'2'}");
        assertThat(DESK.run(miner, plain, "anything")).isEqualTo("PAID");
    }

    private List<UUID> canaries() {
        return SCENE
                .column(
                        "select job_id from canary c join job j on j.id = c.job_id where j.workload = ? order by 1",
                        workload)
                .stream()
                .map(UUID::fromString)
                .toList();
    }

    /** The one that the third machine was given after a job of its own. */
    private UUID given(Machine third) {
        works(third);
        draw();
        assertThat(canaries()).hasSize(1);
        assertThat(SCENE.text(
                        "select node_id from canary where job_id = ?",
                        canaries().getFirst()))
                .isEqualTo(third.node().toString());
        return canaries().getFirst();
    }

    private static String judgement(UUID canary) {
        return SCENE.text("select judgement from canary where job_id = ?", canary);
    }

    private static String record(Machine miner) {
        return SCENE.text(
                "select concat_ws(' ', \"right\", round(wrong)) from reputation where node_id = ?", miner.node());
    }

    private static String has(UUID account) {
        return SCENE.balance(account, Pot.AVAILABLE);
    }

    private void payerHas(String tokens) {
        assertThat(has(payer)).isEqualTo(tokens);
        assertThat(SCENE.balance(payer, Pot.RESERVED)).isEqualTo("0.000000");
    }

    @Test
    void who_answers_it_right_is_paid_and_was_judged_right() {
        UUID job = agreed("right");
        Machine third = other();
        UUID canary = given(third);
        assertThat(SCENE.balance(payer, Pot.RESERVED)).isEqualTo("6.000000");

        assertThat(DESK.run(third, canary, "right")).isEqualTo("VERIFYING");
        DESK.round();

        assertThat(SCENE.state(canary)).isEqualTo(JobState.COMPLETED);
        assertThat(judgement(canary)).isEqualTo("VALID");
        assertThat(record(third)).isEqualTo("1 0");
        assertThat(DESK.streak(third, workload)).isEqualTo("1");
        assertThat(record(first)).as("its answer was counted before").isEqualTo("1 0");
        assertThat(has(third.provider())).isEqualTo("4.000000");
        payerHas("98.000000");
        assertThat(JOBS.receipt(payer, canary).provider())
                .isEqualTo(third.provider().toString());
        assertThat(JOBS.receipt(payer, canary).client())
                .as("who pays for it would tell what it was")
                .isEqualTo(SCENE.text("select account_id from job where id = ?", job))
                .isNotEqualTo(payer.toString());
        assertThat(DESK.decisions(canary)).containsExactly("AGREED");
        assertThat(DESK.decisions(job)).containsExactly("ASKED", "AGREED");
        works(third);
        draw();
        assertThat(canaries()).as("it never gets a job twice").hasSize(1);
    }

    @Test
    void to_its_miner_it_is_the_job_it_repeats() {
        UUID job = agreed("right", ",'priority':3,'limits':{'max_runtime_s':77},'params':{'a':1}", "");
        Machine third = other();
        UUID canary = given(third);
        String offered = "select row(workload, priority, price, max_attempts, max_runtime_s, deadline, kind,"
                + " verification, parent)::text || (select request::text from job_spec s where s.job_id = job.id)"
                + " from job where id = ?";
        assertThat(SCENE.text(offered, canary)).isEqualTo(SCENE.text(offered, job));
        long lease = SCENE.lease(canary, third);
        assertThat(DESK.leases.prove(third, canary, lease, "right")).isEqualTo("VERIFYING");
        DESK.round();
        assertThat(DESK.leases.prove(third, canary, lease, "right")).isEqualTo("AGAIN");
    }

    @Test
    void a_deadline_is_counted_from_when_it_is_given() {
        agreed("right", ",'deadline':'" + java.time.Instant.now().plusSeconds(3600) + "'", "");
        UUID canary = given(other());
        assertThat(SCENE.text(
                        "select deadline between submitted_at + interval '50 min' and submitted_at + interval '60 min'"
                                + " from job where id = ?",
                        canary))
                .isEqualTo("t");
        JOBS.cancel(payer, "payer", canary);
        DESK.round();
        payerHas("100.000000");
    }

    @Test
    void a_lie_is_not_paid_and_counts_as_wrong_when_one_more_says_so() {
        agreed("right");
        Machine liar = other();
        DESK.streak(liar, workload, 40);
        UUID canary = given(liar);
        Machine fourth = other();

        assertThat(DESK.run(liar, canary, "wrong")).isEqualTo("VERIFYING");
        DESK.round();

        assertThat(SCENE.state(canary)).isEqualTo(JobState.VERIFYING);
        assertThat(judgement(canary)).isEqualTo("UNCONFIRMED");
        assertThat(DESK.streak(liar, workload)).as("compared from now on").isEqualTo("0");
        assertThat(record(liar)).as("nobody is wrong yet").isEqualTo("0 0");
        assertThat(runs(DESK.replicas(canary).getFirst(), "right"))
                .as("none of the two who said it before")
                .isEqualTo(fourth);

        assertThat(judgement(canary)).isEqualTo("INVALID");
        assertThat(record(liar)).isEqualTo("0 1");
        assertThat(record(fourth)).isEqualTo("1 0");
        assertThat(record(first)).isEqualTo("1 0");
        assertThat(has(liar.provider())).as("for its own job").isEqualTo("2.000000");
        assertThat(has(fourth.provider())).isEqualTo("2.000000");
        payerHas("98.000000");
        assertThat(DESK.decisions(canary)).containsExactly("DOUBTED", "ASKED", "AGREED");
        assertThat(DESK.facade.disagreements(200, null).items())
                .filteredOn(one -> one.job().equals(canary))
                .extracting(one -> one.decision() + one.evidence().size())
                .containsExactly("AGREED4", "ASKED3", "DOUBTED3");
    }

    @Test
    void those_who_agreed_on_a_lie_are_found_when_more_others_say_so() {
        UUID job = agreed("a lie");
        Machine honest = other();
        UUID canary = given(honest);
        other();
        other();
        DESK.run(honest, canary, "right");
        DESK.round();
        runs(DESK.replicas(canary).getFirst(), "right");
        assertThat(SCENE.state(canary)).as("two against two").isEqualTo(JobState.VERIFYING);
        runs(DESK.replicas(canary).getLast(), "right");

        assertThat(SCENE.state(canary)).isEqualTo(JobState.COMPLETED);
        assertThat(judgement(canary)).isEqualTo("STALE");
        assertThat(record(first)).isEqualTo("1 1");
        assertThat(record(others.getFirst())).isEqualTo("1 1");
        assertThat(DESK.streak(first, workload)).isEqualTo("0");
        assertThat(record(honest)).isEqualTo("1 0");
        payerHas("94.000000");
        assertThat(DESK.decisions(job)).containsExactly("ASKED", "AGREED", "REFUTED");
        assertThat(JOBS.get(buyer, job).outputSha()).isEqualTo(LeaseDesk.sha("a lie"));
        works(other());
        draw();
        assertThat(canaries()).as("it is no known answer any more").hasSize(1);
    }

    @Test
    void a_ring_of_two_cannot_say_of_two_others_that_they_lied() {
        agreed("right");
        Machine liar = other();
        UUID canary = given(liar);
        other();
        other();
        DESK.run(liar, canary, "wrong");
        DESK.round();
        Machine friend = runs(DESK.replicas(canary).getFirst(), "wrong");
        Machine fifth = runs(DESK.replicas(canary).getLast(), "right");

        assertThat(judgement(canary)).isEqualTo("INVALID");
        assertThat(record(liar)).isEqualTo("0 1");
        assertThat(record(friend)).isEqualTo("0 1");
        assertThat(record(fifth)).isEqualTo("1 0");
        assertThat(record(first)).isEqualTo("1 0");
        assertThat(has(friend.provider())).isEqualTo("0.000000");
    }

    @Test
    void where_nobody_else_can_be_asked_nobody_is_wrong_and_nobody_is_paid() {
        agreed("right");
        Machine third = other();
        DESK.streak(third, workload, 40);
        UUID canary = given(third);
        DESK.run(third, canary, "wrong");
        DESK.round();
        SCENE.rows.update("update verification set deadline = now(), look_at = now() where job_id = ?", canary);
        DESK.round();

        assertThat(SCENE.text("select state || error_code from job where id = ?", canary))
                .isEqualTo("FAILEDNO_QUORUM");
        assertThat(judgement(canary)).isEqualTo("UNCONFIRMED");
        assertThat(record(third)).isEqualTo("0 0");
        assertThat(DESK.streak(third, workload)).isEqualTo("0");
        payerHas("100.000000");
    }

    @Test
    void what_its_node_does_not_take_is_taken_back() {
        agreed("right");
        UUID canary = given(other());
        DESK.round();
        assertThat(SCENE.state(canary)).isEqualTo(JobState.QUEUED);
        SCENE.rows.update("update replica set assigned_at = now() - interval '1 hour' where job_id = ?", canary);
        SCENE.rows.update("update verification set look_at = now() where job_id = ?", canary);
        DESK.round();

        assertThat(SCENE.state(canary)).isEqualTo(JobState.CANCELED);
        assertThat(DESK.decisions(canary)).containsExactly("ENDED");
        payerHas("100.000000");
    }

    @Test
    void what_its_node_loses_nobody_else_gets() {
        agreed("right");
        Machine third = other();
        DESK.streak(third, workload, 40);
        UUID canary = given(third);
        SCENE.lease(canary, third);
        DESK.leases.loseLease(canary);
        other();
        DESK.round();

        assertThat(SCENE.state(canary)).isEqualTo(JobState.CANCELED);
        assertThat(DESK.streak(third, workload)).isEqualTo("20");
        payerHas("100.000000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pithead.verification.canary.rate=0",
                "pithead.verification.canary.min-age=PT1H",
                "pithead.verification.canary.budget=1.999999",
                "pithead.verification.canary.account=nobody",
            })
    void there_is_none_where(String setting) {
        agreed("right");
        works(other());
        draw(setting.split("=", 2));
        assertThat(canaries()).isEmpty();
        payerHas("100.000000");
    }

    @Test
    void there_is_none_when_the_payer_could_not_pay_those_who_are_asked() {
        agreed("right");
        works(other());
        UUID poor = SCENE.buyer("5.999999");
        SCENE.rows.update("update account set name = ? where id = ?", workload + "-poor", poor);
        DESK.canaries(workload + "-poor");
        assertThat(canaries()).isEmpty();
    }

    @Test
    void a_budget_is_for_a_day() {
        agreed("right");
        String[] twoTokens = {"pithead.verification.canary.budget", "2"};
        works(other());
        works(other());
        draw(twoTokens);
        assertThat(canaries()).hasSize(1);
        SCENE.rows.update("update canary set created_at = now() - interval '25 h'");
        works(other());
        draw(twoTokens);
        assertThat(canaries()).hasSize(2);
        canaries().forEach(canary -> JOBS.cancel(payer, "payer", canary));
        DESK.round();
        payerHas("100.000000");
    }

    @Test
    void no_provider_gets_what_it_had_however_many_nodes_it_has() {
        agreed("right");
        works(DESK.worker(first.provider(), workload));
        works(DESK.worker(others.getFirst().provider(), workload));
        draw();
        assertThat(canaries()).isEmpty();
    }

    @Test
    void neither_does_one_of_another_class_of_machines() {
        agreed("right");
        works(DESK.worker(SCENE.rows.account(), workload, "gpu"));
        draw();
        assertThat(canaries()).isEmpty();
    }

    @Test
    void a_buyer_may_keep_a_request_to_its_replicas() {
        agreed("right", "", ",'confidential':true");
        works(other());
        draw();
        assertThat(canaries()).isEmpty();
    }

    @Test
    void what_was_disputed_is_no_known_answer() {
        UUID job = agreed("right");
        works(other());
        SCENE.rows.update(
                "insert into dispute (id, job_id, account_id, reason, deposit, matures_at, deadline)"
                        + " values (gen_random_uuid(), ?, ?, 'wrong', 1, now(), now() + interval '1 h')",
                job,
                buyer);
        try {
            draw();
            assertThat(canaries()).isEmpty();
        } finally {
            SCENE.rows.update("delete from dispute where job_id = ?", job);
        }
    }

    @Test
    void a_node_that_did_much_gets_one_at_a_time() {
        agreed("right");
        agreed("right too");
        Machine third = other();
        works(third);
        works(third);

        draw();

        assertThat(canaries()).hasSize(1);
    }

    @Test
    void without_money_nothing_is_drawn() {
        agreed("right");
        works(other());
        UUID all = SCENE.job(payer, "{'workload':'" + workload + "','price':'100'}");
        String drawn = SCENE.text("select receipt_id from canary_draw");
        draw();
        assertThat(SCENE.text("select receipt_id from canary_draw")).isEqualTo(drawn);

        JOBS.cancel(payer, "payer", all);
        draw();
        assertThat(canaries()).hasSize(1);
    }

    @Test
    void what_one_node_was_trusted_with_is_no_known_answer() {
        DESK.streak(first, workload, 1_000_000);
        UUID job;
        do {
            job = SCENE.job(buyer, "{'workload':'" + workload + "','price':'2','verification':{'mode':'adaptive'}}");
        } while (Adaptive.replicates(new Streak(1_000_000), job, VerifyDesk.DRAW, Adaptive.Policy.DEFAULT));
        DESK.run(first, job, "anything");
        DESK.round();
        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        works(other());
        draw();
        assertThat(canaries()).isEmpty();
    }

    @Test
    void its_inputs_are_lent_by_their_owner_and_without_them_there_is_none() {
        String sha = LeaseDesk.sha(workload);
        SCENE.rows.update(
                "insert into artifact (account_id, sha256, size, kept_until) values (?, ?, 10, now() + interval '9 d')",
                buyer,
                sha);
        agreed("right", ",'inputs':[{'sha256':'" + sha + "','size':10,'name':'in.bin'}]", "");
        UUID canary = given(other());
        assertThat(SCENE.text("select account_id from artifact where sha256 = ? and account_id <> ?", sha, buyer))
                .isEqualTo(payer.toString());
        JOBS.cancel(payer, "payer", canary);
        DESK.round();

        SCENE.rows.update("delete from artifact where account_id = ?", buyer);
        works(other());
        draw();
        assertThat(canaries()).hasSize(1);
    }

    @Test
    void a_benchmark_is_known_by_its_checksum_and_without_it_nobody_is_blamed() {
        List<Machine> benches = new ArrayList<>(List.of(DESK.worker("torch_bench"), DESK.worker("torch_bench")));
        UUID job = SCENE.job(buyer, "{'workload':'torch_bench','price':'2','verification':{'mode':'replicate'}}");
        DESK.runBench(benches.getFirst(), job, "1.0000", "6.519012e+02");
        UUID replica = DESK.replicas(job).getFirst();
        DESK.runBench(DESK.chosen(replica, benches), replica, "2.0000", "6.519391e+02");
        for (String judged : List.of("VALID", "null")) {
            Machine third = DESK.worker("torch_bench");
            UUID plain = SCENE.job(buyer, "{'workload':'torch_bench','price':'2'}");
            assertThat(DESK.run(third, plain, "anything")).isEqualTo("PAID");
            draw();
            UUID canary = UUID.fromString(SCENE.text("select job_id from canary where node_id = ?", third.node()));
            if (judged.equals("null")) {
                SCENE.rows.update("delete from job_result where job_id = ?", job);
            }
            DESK.runBench(third, canary, "3.0000", "6.519012e+02");
            assertThat(SCENE.state(canary)).isEqualTo(JobState.COMPLETED);
            assertThat(judgement(canary)).isEqualTo(judged);
            assertThat(record(third)).isEqualTo(judged.equals("VALID") ? "1 0" : "0 0");
        }
        payerHas("96.000000");
    }

    @Test
    void instances_that_draw_at_once_give_one() throws Exception {
        agreed("right");
        works(other());
        int instances = 4;
        var start = new CyclicBarrier(instances);
        try (var threads = Executors.newFixedThreadPool(instances)) {
            List<Callable<Boolean>> calls = new ArrayList<>();
            for (int i = 0; i < instances; i++) {
                calls.add(() -> {
                    start.await();
                    draw();
                    return true;
                });
            }
            for (Future<Boolean> done : threads.invokeAll(calls)) {
                done.get();
            }
        }
        draw();
        assertThat(canaries()).hasSize(1);
        JOBS.cancel(payer, "payer", canaries().getFirst());
        DESK.round();
    }
}
