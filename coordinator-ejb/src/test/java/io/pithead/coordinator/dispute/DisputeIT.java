package io.pithead.coordinator.dispute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assertions.tuple;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.lease.LeaseDesk;
import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.coordinator.verify.VerifyDesk;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.DisputeRow;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.DisputeRequest;
import io.pithead.protocol.job.DisputeView;
import io.pithead.protocol.job.DisputeView.Evidence;
import io.pithead.protocol.job.DisputeView.State;
import io.pithead.protocol.job.JobState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs of two tokens that were paid, and their buyer's second thoughts; after each the books are whole. */
@Timeout(60)
class DisputeIT {
    private static final Scene SCENE = new Scene(Duration.ofDays(1));
    private static final VerifyDesk JUDGES = new VerifyDesk(SCENE);
    private static final DisputeDesk DESK = new DisputeDesk(SCENE);
    private static final JobFacade JOBS = SCENE.jobs.facade();

    private final UUID buyer = SCENE.buyer("100");
    private final String workload = VerifyDesk.workload();
    private final Machine first = JUDGES.worker(workload);
    private final List<Machine> others = new ArrayList<>();

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(SCENE);
    }

    private void others(int count) {
        for (int i = 0; i < count; i++) {
            others.add(JUDGES.worker(workload));
        }
    }

    private UUID job(String more) {
        return SCENE.job(buyer, "{'workload':'" + workload + "','price':'2'" + more + "}");
    }

    private UUID paid(String output) {
        UUID job = job("");
        assertThat(JUDGES.run(first, job, output)).isEqualTo("PAID");
        return job;
    }

    /** Disputed, and its first replicas are placed. @return the dispute */
    private UUID disputed(UUID job) {
        UUID dispute = DESK.open(buyer, job).id();
        JUDGES.round();
        return dispute;
    }

    /** The replicas of the dispute that nobody has answered yet, each with one of these outputs. */
    private void answer(UUID dispute, String... outputs) {
        for (String output : outputs) {
            UUID replica = JUDGES.replicas(dispute).stream()
                    .filter(one -> SCENE.state(one) == JobState.QUEUED)
                    .findFirst()
                    .orElseThrow();
            assertThat(JUDGES.run(JUDGES.chosen(replica, others), replica, output))
                    .isEqualTo("VERIFYING");
            JUDGES.round();
        }
        DESK.rounds.tick();
    }

    private void deadline(UUID dispute) {
        SCENE.rows.update("update verification set deadline = now(), look_at = now() where job_id = ?", dispute);
        JUDGES.round();
        DESK.rounds.tick();
    }

    private String available(UUID account) {
        return SCENE.balance(account, Pot.AVAILABLE);
    }

    private String pending(Machine miner) {
        return SCENE.balance(miner.provider(), Pot.PENDING);
    }

    private DisputeView view(UUID job) {
        return DESK.facade.get(buyer, job);
    }

    private static String record(Machine miner) {
        return SCENE.text(
                "select concat_ws(' ', \"right\", round(wrong)) from reputation where node_id = ?", miner.node());
    }

    private static @Nullable ErrorCode refused(Runnable what) {
        CoordinatorException refused = catchThrowableOfType(CoordinatorException.class, what::run);
        return refused == null ? null : refused.code();
    }

    // how it ends ----------------------------------------------------------------------------------------------------

    @Test
    void the_pay_goes_back_when_others_agree_on_another_result() {
        others(3);
        UUID job = paid("wrong");
        JUDGES.streak(first, workload, 50);
        UUID dispute = disputed(job);
        assertThat(available(buyer)).as("the price of three").isEqualTo("92.000000");
        assertThat(JUDGES.replicas(dispute)).hasSize(2);

        answer(dispute, "right", "right");

        assertThat(pending(first)).isEqualTo("0.000000");
        assertThat(available(buyer)).as("two replicas").isEqualTo("96.000000");
        assertThat(SCENE.balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
        assertThat(others.stream().map(this::pending).sorted()).containsExactly("0.000000", "2.000000", "2.000000");
        assertThat(record(first)).isEqualTo("0 1");
        assertThat(JUDGES.streak(first, workload)).isEqualTo("0");
        assertThat(view(job))
                .extracting(DisputeView::state, DisputeView::spent, DisputeView::refunded)
                .containsExactly(State.UPHELD, "4.000000", "2.000000");
        assertThat(SCENE.column("select reason from ledger_entry where job_id = ? order by id", job))
                .containsExactly("RESERVE", "SETTLE", "WITHDRAWN");
        assertThat(JOBS.result(buyer, job))
                .extracting("outputSha", "dispute")
                .containsExactly(LeaseDesk.sha("wrong"), State.UPHELD);
        assertThat(JOBS.receipt(buyer, job).withdrawnAt()).isNotNull();
    }

    @Test
    void the_operator_finds_those_of_all_accounts_by_their_state_and_not_what_buyers_say() {
        others(3);
        UUID upheld = paid("wrong");
        UUID open = paid("right");
        UUID first = disputed(upheld);
        answer(first, "right", "right");
        UUID second = disputed(open);

        assertThat(listed(null)).containsSubsequence(second, first);
        assertThat(listed(State.OPEN)).contains(second).doesNotContain(first);
        assertThat(listed(State.UPHELD)).contains(first).doesNotContain(second);
        assertThat(listed(State.REJECTED)).doesNotContain(first, second);
        DisputeRow row = DESK.facade.list(State.UPHELD, 1, null).items().getFirst();
        assertThat(row)
                .extracting(
                        DisputeRow::id,
                        DisputeRow::job,
                        DisputeRow::account,
                        DisputeRow::workload,
                        DisputeRow::refunded,
                        DisputeRow::replicas,
                        DisputeRow::answered)
                .containsExactly(first, upheld, buyer, workload, "2.000000", 2, 2);
        assertThat(DESK.facade.find(first).items()).hasSize(2);
        assertThat(DESK.facade.find(first).reason()).isNull();
        assertThat(DESK.facade.find(second).items())
                .extracting(Evidence::outputSha)
                .containsOnlyNulls();
        assertThat(refused(() -> DESK.facade.find(upheld))).isEqualTo(ErrorCode.NOT_FOUND);
        deadline(second);
    }

    /** All, a page of one at a time. */
    private static List<UUID> listed(@Nullable State state) {
        var ids = new ArrayList<UUID>();
        String cursor = null;
        do {
            Page<DisputeRow> page = DESK.facade.list(state, 1, cursor == null ? null : UUID.fromString(cursor));
            page.items().forEach(one -> ids.add(one.id()));
            cursor = page.nextCursor();
        } while (cursor != null);
        assertThat(ids).doesNotHaveDuplicates();
        return ids;
    }

    @Test
    void who_was_right_after_all_is_paid_when_it_would_have_been() {
        others(3);
        UUID job = paid("right");
        String due = SCENE.text("select matures_at from locked_pay where job_id = ?", job);
        UUID dispute = disputed(job);
        assertThat(SCENE.text("select matures_at from locked_pay where job_id = ?", job))
                .isEqualTo("infinity");

        answer(dispute, "right", "right");

        assertThat(view(job).state()).isEqualTo(State.REJECTED);
        assertThat(SCENE.text("select matures_at from locked_pay where job_id = ?", job))
                .isEqualTo(due);
        assertThat(pending(first)).isEqualTo("2.000000");
        assertThat(available(buyer)).isEqualTo("94.000000");
        assertThat(record(first)).isEqualTo("0 0");
        assertThat(JOBS.result(buyer, job).dispute()).isEqualTo(State.REJECTED);
    }

    @Test
    void a_third_decides_between_two_and_who_differs_is_not_paid() {
        others(3);
        UUID job = paid("wrong");
        UUID dispute = disputed(job);

        answer(dispute, "right", "wrong", "right");

        assertThat(view(job))
                .extracting(DisputeView::state, DisputeView::spent)
                .containsExactly(State.UPHELD, "4.000000");
        assertThat(others.stream().map(DisputeIT::record).sorted()).containsExactly("0 1", "1 0", "1 0");
    }

    @Test
    void nobody_is_paid_and_nothing_is_taken_when_all_differ() {
        others(3);
        UUID job = paid("a");
        answer(disputed(job), "b", "c", "d");

        assertThat(view(job).state()).isEqualTo(State.UNDECIDED);
        assertThat(available(buyer)).isEqualTo("98.000000");
        assertThat(pending(first)).isEqualTo("2.000000");
        assertThat(record(first)).isEqualTo("0 0");
    }

    @Test
    void at_its_deadline_it_ends_though_nobody_could_be_asked() {
        UUID job = paid("a");
        UUID dispute = disputed(job);
        assertThat(JUDGES.replicas(dispute)).isEmpty();

        deadline(dispute);

        assertThat(view(job).state()).isEqualTo(State.UNDECIDED);
        assertThat(available(buyer)).isEqualTo("98.000000");
        assertThat(pending(first)).isEqualTo("2.000000");
    }

    @Test
    void a_judgement_that_never_comes_ends_it_some_time_later() {
        UUID job = paid("a");
        UUID dispute = disputed(job);
        DESK.rounds.tick();
        assertThat(view(job).state()).isEqualTo(State.OPEN);
        SCENE.rows.update(
                "update dispute set opened_at = now() - interval '1 h', deadline = now() - interval '11 min' where id = ?",
                dispute);

        DESK.rounds.tick();

        assertThat(view(job).state()).isEqualTo(State.UNDECIDED);
        deadline(dispute);
        assertThat(available(buyer)).isEqualTo("98.000000");
    }

    @Test
    void all_who_were_paid_for_an_answer_lose_it() {
        others(1);
        UUID job = job(",'verification':{'mode':'replicate'}");
        JUDGES.run(first, job, "wrong");
        JUDGES.round();
        Machine friend = others.getFirst();
        JUDGES.run(friend, JUDGES.replicas(job).getFirst(), "wrong");
        JUDGES.round();
        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        others(3);
        UUID dispute = disputed(job);
        assertThat(SCENE.column(
                        "select matures_at::text from locked_pay where provider in (?, ?)",
                        first.provider(),
                        friend.provider()))
                .as("held for both")
                .containsExactly("infinity", "infinity");

        answer(dispute, "right", "right");

        assertThat(view(job))
                .extracting(DisputeView::state, DisputeView::refunded)
                .containsExactly(State.UPHELD, "4.000000");
        assertThat(pending(first)).isEqualTo("0.000000");
        assertThat(pending(friend)).isEqualTo("0.000000");
        assertThat(record(friend)).isEqualTo("1 1");
        assertThat(available(buyer)).isEqualTo("96.000000");
    }

    @Test
    void a_larger_quorum_is_not_overruled_by_a_smaller_one() {
        others(2);
        UUID job = job(",'verification':{'mode':'replicate','quorum':3,'replicas':3}");
        JUDGES.run(first, job, "a");
        JUDGES.round();
        JUDGES.replicas(job).forEach(one -> JUDGES.run(JUDGES.chosen(one, others), one, "a"));
        JUDGES.round();
        others(3);

        UUID dispute = disputed(job);

        assertThat(JUDGES.replicas(dispute)).hasSize(3);
        assertThat(view(job).deposit()).as("of the most that five of them are").isEqualTo("10.000000");
        answer(dispute, "b", "b", "b");
        assertThat(view(job).state()).isEqualTo(State.UPHELD);
    }

    // what is held ---------------------------------------------------------------------------------------------------

    @Test
    void what_would_have_matured_meanwhile_waits_for_the_outcome() {
        others(3);
        UUID kept = paid("right");
        UUID lost = paid("wrong");
        UUID keptDispute = disputed(kept);
        UUID lostDispute = disputed(lost);
        SCENE.rows.update("update dispute set matures_at = now() - interval '1 h' where outcome is null");

        DESK.mature();
        assertThat(pending(first)).isEqualTo("4.000000");
        answer(keptDispute, "right", "right");
        answer(lostDispute, "right", "right");
        DESK.mature();

        assertThat(pending(first)).isEqualTo("0.000000");
        assertThat(available(first.provider())).isEqualTo("2.000000");
        assertThat(view(lost).refunded()).isEqualTo("2.000000");
    }

    @Test
    void pay_that_is_held_has_no_time_and_does_not_stand_before_what_is_due() {
        UUID held = paid("a");
        UUID free = paid("b");
        DESK.open(buyer, held);
        SCENE.rows.update(
                "with old as (delete from locked_pay where job_id = ? returning *) insert into locked_pay"
                        + " select job_id, slice, buyer, provider, amount, now() from old",
                free);

        assertThat(SCENE.text(
                        "select job_id from locked_pay where provider = ? order by matures_at limit 1",
                        first.provider()))
                .isEqualTo(free.toString());
        DESK.mature();
        assertThat(available(first.provider())).isEqualTo("2.000000");
        assertThat(pending(first)).isEqualTo("2.000000");
    }

    // who is asked ---------------------------------------------------------------------------------------------------

    @Test
    void neither_who_had_the_job_nor_who_disputes_it_judges() {
        others(1);
        UUID job = job("");
        SCENE.lease(job, others.getFirst());
        JUDGES.leases.loseLease(job);
        assertThat(JUDGES.run(first, job, "a")).isEqualTo("PAID");
        JUDGES.worker(first.provider(), workload);
        JUDGES.worker(buyer, workload);

        UUID dispute = disputed(job);
        assertThat(JUDGES.replicas(dispute)).isEmpty();

        others(1);
        SCENE.rows.update("update verification set look_at = now() where job_id = ?", dispute);
        JUDGES.round();
        assertThat(JUDGES.replicas(dispute)).singleElement().satisfies(replica -> {
            assertThat(JUDGES.providerOf(replica)).isEqualTo(others.getLast().provider());
            assertThat(JOBS.get(buyer, replica).replicaOf()).isEqualTo(job);
        });
    }

    @Test
    void a_deadline_of_the_job_that_has_passed_does_not_end_its_replicas() {
        others(2);
        UUID job = job(",'deadline':'2100-01-01T00:00:00Z'");
        JUDGES.run(first, job, "a");
        SCENE.rows.update("update job set deadline = now() - interval '1 s' where id = ?", job);

        UUID dispute = disputed(job);
        JUDGES.replicas(dispute).forEach(one -> SCENE.lease(one, JUDGES.chosen(one, others)));
        JUDGES.leases.reap();

        assertThat(JUDGES.replicas(dispute)).extracting(SCENE::state).containsOnly(JobState.LEASED);
        deadline(dispute);
        assertThat(JUDGES.replicas(dispute)).extracting(SCENE::state).containsOnly(JobState.FAILED);
    }

    // what is refused ------------------------------------------------------------------------------------------------

    @Test
    void what_has_matured_is_too_late() {
        UUID job = paid("a");
        SCENE.rows.update(
                "with old as (delete from locked_pay where job_id = ? returning *) insert into locked_pay"
                        + " select job_id, slice, buyer, provider, amount, now() - interval '1 s' from old",
                job);
        assertThat(refused(() -> DESK.open(buyer, job)))
                .as("due, though nobody moved it yet")
                .isEqualTo(ErrorCode.DISPUTE_TOO_LATE);
        DESK.mature();
        assertThat(refused(() -> DESK.open(buyer, job))).isEqualTo(ErrorCode.DISPUTE_TOO_LATE);
    }

    @Test
    void a_job_is_disputed_once_whatever_came_of_it() {
        UUID job = paid("a");
        UUID dispute = disputed(job);
        assertThat(refused(() -> DESK.open(buyer, job))).isEqualTo(ErrorCode.ALREADY_DISPUTED);
        deadline(dispute);
        assertThat(refused(() -> DESK.open(buyer, job))).isEqualTo(ErrorCode.ALREADY_DISPUTED);
    }

    @Test
    void what_cannot_be_compared_is_refused() {
        UUID expected = job(",'verification':{'mode':'hash','expected':['" + LeaseDesk.sha("a") + "']}");
        assertThat(JUDGES.run(first, expected, "a")).isEqualTo("PAID");
        UUID free = SCENE.job(buyer, "{'workload':'" + workload + "','price':'0'}");
        JUDGES.run(first, free, "a");
        UUID dice = SCENE.job(buyer, "{'workload':'" + DisputeDesk.NEVER + "','price':'2'}");
        JUDGES.run(JUDGES.worker(DisputeDesk.NEVER), dice, "a");
        UUID container = paid("a");
        SCENE.rows.update("update job set kind = 'CONTAINER', parent = ? where id = ?", UUID.randomUUID(), container);

        for (UUID job : List.of(expected, free, dice, container)) {
            assertThat(refused(() -> DESK.open(buyer, job))).isEqualTo(ErrorCode.NOT_JUDGEABLE);
        }
        assertThat(refused(() -> DESK.open(buyer, job("")))).isEqualTo(ErrorCode.CONFLICT_STATE);
    }

    @Test
    void a_replica_is_not_disputed_but_what_it_repeats() {
        others(2);
        UUID dispute = disputed(paid("a"));
        answer(dispute, "a", "a");
        assertThat(refused(() -> DESK.open(buyer, JUDGES.replicas(dispute).getFirst())))
                .isEqualTo(ErrorCode.NOT_JUDGEABLE);
    }

    @Test
    void who_cannot_pay_the_deposit_has_changed_nothing() {
        UUID poor = SCENE.buyer("7");
        UUID job = SCENE.job(poor, "{'workload':'" + workload + "','price':'2'}");
        JUDGES.run(first, job, "a");
        String due = SCENE.text("select matures_at from locked_pay where job_id = ?", job);

        assertThat(refused(() -> DESK.open(poor, job))).isEqualTo(ErrorCode.INSUFFICIENT_FUNDS);

        assertThat(available(poor)).isEqualTo("5.000000");
        assertThat(SCENE.text("select matures_at from locked_pay where job_id = ?", job))
                .isEqualTo(due);
    }

    @Test
    void an_answer_that_cannot_be_stored_opens_nothing() {
        UUID job = paid("a");
        assertThatThrownBy(() -> DESK.facade.open(buyer, job, new DisputeRequest("r"), (connection, view) -> {
                    throw new IllegalStateException("the claim ran out");
                }))
                .hasMessageContaining("the claim ran out");
        assertThat(available(buyer)).isEqualTo("98.000000");
        assertThat(refused(() -> view(job))).isEqualTo(ErrorCode.JOB_NOT_FOUND);
    }

    // who sees it ----------------------------------------------------------------------------------------------------

    @Test
    void the_buyer_and_who_was_paid_see_it_and_nobody_else() {
        others(2);
        UUID job = paid("a");
        UUID dispute = disputed(job);
        UUID replica = JUDGES.replicas(dispute).getFirst();
        JUDGES.run(JUDGES.chosen(replica, others), replica, "b");
        JUDGES.round();

        assertThat(refused(() -> JOBS.cancel(buyer, "buyer", replica)))
                .as("whoever likes no answer does not end it")
                .isEqualTo(ErrorCode.CONFLICT_STATE);
        DisputeView own = view(job);
        assertThat(own.reason()).isEqualTo("it is wrong");
        assertThat(own.outputSha()).isEqualTo(LeaseDesk.sha("a"));
        assertThat(own.items()).hasSize(2).extracting(Evidence::outputSha).containsOnlyNulls();
        DisputeView theirs = DESK.facade.get(first.provider(), job);
        assertThat(theirs.reason()).isNull();
        assertThat(theirs.state()).isEqualTo(State.OPEN);
        for (UUID stranger : List.of(SCENE.buyer("1"), JUDGES.providerOf(replica))) {
            assertThat(refused(() -> DESK.facade.get(stranger, job))).isEqualTo(ErrorCode.JOB_NOT_FOUND);
            assertThat(refused(() -> DESK.open(stranger, job))).isEqualTo(ErrorCode.JOB_NOT_FOUND);
        }

        answer(dispute, "b");
        assertThat(view(job).items())
                .extracting(Evidence::outputSha, Evidence::verdict)
                .containsOnly(tuple(LeaseDesk.sha("b"), "PAID"));
    }

    // several at once, and none --------------------------------------------------------------------------------------

    @Test
    void several_instances_decide_once() throws Exception {
        others(8);
        for (int i = 0; i < 5; i++) {
            UUID job = paid("wrong");
            UUID dispute = disputed(job);
            List<UUID> replicas = JUDGES.replicas(dispute);
            replicas.forEach(one -> JUDGES.run(JUDGES.chosen(one, others), one, "right"));
            var other = new DisputeDesk(SCENE.restarted());

            together(JUDGES::round, DESK.rounds::tick, other.rounds::tick, DESK::mature);
            JUDGES.round();
            together(DESK.rounds::tick, other.rounds::tick);

            assertThat(view(job).refunded()).isEqualTo("2.000000");
            Histories.assertSound(SCENE);
        }
        assertThat(available(buyer)).isEqualTo("80.000000");
    }

    @Test
    void of_two_who_dispute_at_once_one_does() throws Exception {
        UUID job = paid("a");
        var opened = new AtomicInteger();
        together(() -> {
            if (refused(() -> DESK.open(buyer, job)) == null) {
                opened.incrementAndGet();
            }
        });
        assertThat(opened).hasValue(1);
        assertThat(available(buyer)).isEqualTo("92.000000");
    }

    @Test
    void killed_before_its_commit_it_is_as_if_it_had_not_begun() {
        others(2);
        UUID job = paid("wrong");
        UUID dispute = disputed(job);
        JUDGES.replicas(dispute).forEach(one -> JUDGES.run(JUDGES.chosen(one, others), one, "right"));
        JUDGES.round();

        assertThatThrownBy(() -> SCENE.database.doInTransaction(connection -> {
                    assertThat(DESK.rounds.end(connection, dispute)).isEqualTo(State.UPHELD);
                    assertThat(end(dispute)).as("another instance meanwhile").isEqualTo(State.OPEN);
                    throw new IllegalStateException("killed");
                }))
                .hasMessage("killed");
        assertThat(pending(first)).isEqualTo("2.000000");
        assertThat(record(first)).isEqualTo("0 0");
        Histories.assertSound(SCENE);

        new DisputeDesk(SCENE.restarted()).rounds.tick();
        assertThat(view(job).state()).isEqualTo(State.UPHELD);
        assertThat(record(first)).isEqualTo("0 1");
        assertThat(end(dispute)).as("once more").isEqualTo(State.OPEN);
    }

    private static State end(UUID dispute) {
        return SCENE.database.inTransaction(connection -> DESK.rounds.end(connection, dispute));
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
}
