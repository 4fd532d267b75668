package io.pithead.coordinator.job;

import static io.pithead.coordinator.testing.Scene.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.job.ReadyJobs.Ready;
import io.pithead.coordinator.job.SubmitBatch.Submission;
import io.pithead.coordinator.job.SubmitBatch.Submitted;
import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.platform.BatchLane;
import io.pithead.coordinator.platform.BatchLane.Outcome;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobRequest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SubmitBatchIT {
    private static final Scene SCENE = new Scene();

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(SCENE);
    }

    @Test
    void a_submission_reserves_its_price_and_is_queued() {
        UUID buyer = SCENE.buyer("10");

        List<UUID> jobs = SCENE.jobs.submit(
                buyer, request("{'workload':'a','price':'2'}"), request("{'workload':'b','price':'3','priority':7}"));

        assertThat(jobs).hasSize(2);
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("5.000000");
        assertThat(SCENE.balance(buyer, Pot.RESERVED)).isEqualTo("5.000000");
        assertThat(SCENE.text("select state || priority || attempt || waiting from job where id = ?", jobs.get(1)))
                .isEqualTo("QUEUED70false");
    }

    @Test
    void a_submission_beyond_the_budget_leaves_nothing() {
        UUID buyer = SCENE.buyer("4");

        refused(
                ErrorCode.INSUFFICIENT_FUNDS,
                () -> SCENE.jobs.submit(
                        buyer,
                        request("{'workload':'a','price':'2'}"),
                        request("{'workload':'a','price':'2.000001'}")));

        assertThat(SCENE.rows.number("select count(*) from job where account_id = ?", buyer))
                .isZero();
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("4.000000");
    }

    @Test
    void an_account_without_a_wallet_submits_what_costs_nothing_and_nothing_else() {
        UUID buyer = SCENE.rows.account();

        assertThat(SCENE.jobs.submit(buyer, request("{'workload':'a','price':'0'}")))
                .hasSize(1);
        refused(
                ErrorCode.INSUFFICIENT_FUNDS,
                () -> SCENE.jobs.submit(buyer, request("{'workload':'a','price':'0.000001'}")));
    }

    @Test
    void a_deadline_that_has_passed_refuses_the_whole_submission() {
        UUID buyer = SCENE.buyer("10");

        refused(
                ErrorCode.INVALID_PAYLOAD,
                () -> SCENE.jobs.submit(
                        buyer,
                        request("{'workload':'a'}"),
                        request("{'workload':'a','deadline':'2020-01-01T00:00:00Z'}")));

        assertThat(SCENE.rows.number("select count(*) from job where account_id = ?", buyer))
                .isZero();
    }

    @Test
    void in_one_batch_each_submission_is_taken_or_refused_alone_in_the_order_of_arrival() {
        UUID rich = SCENE.buyer("10");
        UUID poor = SCENE.buyer("3");
        JobRequest two = request("{'workload':'a','price':'2'}");
        List<Submission> batch = List.of(
                SCENE.jobs.submission(poor, List.of(two)),
                SCENE.jobs.submission(poor, List.of(two)),
                SCENE.jobs.submission(rich, List.of(two, two)),
                SCENE.jobs.submission(poor, List.of(request("{'workload':'a','price':'1'}"))));

        List<Outcome<List<Submitted>>> outcomes = apply(batch);

        assertThat(outcomes.stream().map(outcome -> outcome.refusal() == null))
                .containsExactly(true, false, true, true);
        assertThat(SCENE.balance(poor, Pot.AVAILABLE)).isEqualTo("0.000000");
        assertThat(SCENE.balance(rich, Pot.AVAILABLE)).isEqualTo("6.000000");
    }

    @Test
    void the_dispatcher_is_told_the_classes_their_counts_and_which_job_goes_first() {
        UUID buyer = SCENE.buyer("10");
        List<JobRequest> requests = List.of(
                request("{'workload':'x'}"),
                request("{'workload':'y','priority':1}"),
                request("{'workload':'x','priority':5}"),
                request("{'workload':'x','priority':5}"));
        Submission submission = SCENE.jobs.submission(buyer, requests);
        var told = new ArrayList<Ready>();

        SCENE.database
                .inTransaction(connection -> SCENE.jobs.batch(told::addAll).apply(connection, List.of(submission)))
                .afterCommit()
                .run();

        UUID first = submission.jobs().get(2).id();
        UUID only = submission.jobs().get(1).id();
        assertThat(told)
                .containsExactlyInAnyOrder(
                        new Ready(submission.jobs().get(0).classId(), 3, 5, first),
                        new Ready(submission.jobs().get(1).classId(), 1, 1, only));
    }

    @Test
    void the_answer_to_an_idempotency_key_is_stored_with_the_jobs_or_not_at_all() {
        UUID buyer = SCENE.buyer("10");
        Submission plain = SCENE.jobs.submission(buyer, List.of(request("{'workload':'a'}")));
        var failing = new Submission(plain.account(), plain.actor(), plain.jobs(), (connection, jobs) -> {
            throw new java.sql.SQLException("no answer can be stored");
        });

        assertThat(Stream.of(failing).map(one -> {
                    try {
                        return apply(List.of(one)).size();
                    } catch (RuntimeException e) {
                        return -1;
                    }
                }))
                .containsExactly(-1);

        assertThat(SCENE.rows.number("select count(*) from job where account_id = ?", buyer))
                .isZero();
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("10.000000");
    }

    @Test
    void one_item_that_breaks_its_batch_fails_alone() throws Exception {
        UUID buyer = SCENE.buyer("100");
        UUID taken = SCENE.job(buyer, "{'workload':'a','price':'1'}");
        JobRequest one = request("{'workload':'a','price':'1'}");
        var submissions = new ArrayList<Submission>();
        for (int i = 0; i < 20; i++) {
            submissions.add(SCENE.jobs.submission(buyer, List.of(one)));
        }
        Submission good = submissions.get(7);
        // an id that exists already breaks the insert of the whole batch
        submissions.set(
                7,
                new Submission(
                        buyer,
                        "buyer",
                        List.of(new SubmitBatch.Planned(
                                taken,
                                good.jobs().getFirst().classId(),
                                good.jobs().getFirst().plan())),
                        null));

        int accepted = 0;
        try (var lane = lane()) {
            var answers = submissions.stream().map(lane::submit).toList();
            for (int i = 0; i < answers.size(); i++) {
                if (i == 7) {
                    CompletableFuture<List<Submitted>> bad = answers.get(i);
                    assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> bad.get(30, TimeUnit.SECONDS));
                } else {
                    accepted += answers.get(i).get(30, TimeUnit.SECONDS).size();
                }
            }
        }
        assertThat(accepted).isEqualTo(19);
        assertThat(SCENE.balance(buyer, Pot.RESERVED)).isEqualTo("20.000000");
    }

    @Test
    void no_number_of_concurrent_submissions_overruns_a_budget() throws Exception {
        int instances = 3;
        int each = 40;
        UUID one = SCENE.buyer("31");
        UUID two = SCENE.buyer("50.5");
        List<UUID> taken = Collections.synchronizedList(new ArrayList<>());
        try (var pool = Executors.newFixedThreadPool(instances)) {
            var work = IntStream.range(0, instances)
                    .mapToObj(i -> pool.submit(() -> {
                        try (var lane = lane()) {
                            var answers = new ArrayList<CompletableFuture<List<Submitted>>>();
                            for (int n = 0; n < each; n++) {
                                UUID buyer = n % 2 == 0 ? one : two;
                                answers.add(lane.submit(SCENE.jobs.submission(
                                        buyer,
                                        Collections.nCopies(1 + n % 3, request("{'workload':'a','price':'1'}")))));
                            }
                            for (var answer : answers) {
                                taken.addAll(ids(answer));
                            }
                        }
                        return true;
                    }))
                    .toList();
            for (var done : work) {
                assertThat(done.get(60, TimeUnit.SECONDS)).isTrue();
            }
        }

        assertThat(SCENE.rows.number("select count(*) from job where account_id in (?, ?)", one, two))
                .isEqualTo(taken.size());
        // three or four jobs go into one submission at most, so less than that is left over
        assertThat(SCENE.balance(one, Pot.AVAILABLE)).isIn("0.000000", "1.000000", "2.000000");
        assertThat(SCENE.balance(two, Pot.AVAILABLE)).isIn("0.500000", "1.500000", "2.500000");
    }

    private static List<UUID> ids(CompletableFuture<List<Submitted>> answer) throws Exception {
        try {
            return answer.get(60, TimeUnit.SECONDS).stream().map(Submitted::id).toList();
        } catch (ExecutionException e) {
            assertThat(e.getCause())
                    .isInstanceOfSatisfying(
                            CoordinatorException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INSUFFICIENT_FUNDS));
            return List.of();
        }
    }

    private static BatchLane<Submission, List<Submitted>> lane() {
        return new BatchLane<>(
                "submit",
                SCENE.database,
                Executors.defaultThreadFactory(),
                Runnable::run,
                1_000,
                16,
                SCENE.jobs.batch(ready -> {})::apply);
    }

    private static List<Outcome<List<Submitted>>> apply(List<Submission> batch) {
        return SCENE.database
                .inTransaction(connection -> SCENE.jobs.batch(ready -> {}).apply(connection, batch))
                .outcomes();
    }

    private static void refused(ErrorCode code, org.assertj.core.api.ThrowableAssert.ThrowingCallable submit) {
        assertThatExceptionOfType(CoordinatorException.class)
                .isThrownBy(submit)
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(code));
    }
}
