package io.pithead.coordinator.lease;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.dispatch.ClaimDesk.Taken;
import io.pithead.coordinator.lease.LeaseModel.Job;
import io.pithead.coordinator.lease.Report.Answer;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.platform.BatchLane.Outcome;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.node.Heartbeat;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.jspecify.annotations.Nullable;

/**
 * Whatever buyers, miners and time do, and in whatever order: the real classes on the real database do what the model does.
 * A failure names the seed of its story.
 */
class LeaseModelIT {
    private static final int STEPS = 80;
    private static final int START_TOKENS = 6;
    private static final Scene SCENE = new Scene();
    /** Time passes when the story says so, and not because a test takes long. */
    private static final LeaseDesk DESK =
            new LeaseDesk(SCENE, Map.of("pithead.lease.first-backoff", "PT1H", "pithead.lease.max-backoff", "PT1H"));

    @Property(tries = 10, shrinking = ShrinkingMode.OFF)
    void a_story_goes_as_the_model_says(@ForAll Random story) {
        var stage = new Stage(story);
        for (int step = 0; step < STEPS; step++) {
            stage.step();
        }
        stage.assertMoney();
        stage.assertReceipts();
        Histories.assertSound(SCENE);
    }

    /** Two buyers; three machines, of which the first two are one provider's. */
    private static final class Stage {
        private final Random dice;
        private final LeaseModel model = new LeaseModel(2, 2, START_TOKENS);
        private final List<UUID> buyers =
                List.of(SCENE.buyer(String.valueOf(START_TOKENS)), SCENE.buyer(String.valueOf(START_TOKENS)));
        private final List<Machine> machines = new ArrayList<>();
        private final List<UUID> ids = new ArrayList<>();
        private final Map<UUID, UUID> receipts = new HashMap<>();
        private final List<String> told = new ArrayList<>();
        private long newestToken;

        Stage(Random dice) {
            this.dice = dice;
            machines.add(SCENE.machine());
            machines.add(SCENE.machine(machines.getFirst().provider(), "second-" + UUID.randomUUID(), true));
            machines.add(SCENE.machine());
        }

        private static int provider(int machine) {
            return machine < 2 ? 0 : 1;
        }

        void step() {
            int what = model.jobs.isEmpty() ? 0 : dice.nextInt(20);
            if (what == 0) {
                submit();
            } else if (what == 1) {
                deposit();
            } else if (what < 5) {
                beat();
            } else {
                onJob(what, anyJob());
            }
            assertThat(Arrays.stream(model.available).min().orElseThrow())
                    .as("%s", told)
                    .isNotNegative();
        }

        /** Mostly one of the newest three, so that stories get somewhere. */
        private int anyJob() {
            int jobs = model.jobs.size();
            return dice.nextInt(5) == 0 ? dice.nextInt(jobs) : jobs - 1 - dice.nextInt(Math.min(3, jobs));
        }

        private void onJob(int what, int index) {
            Job job = model.jobs.get(index);
            UUID id = ids.get(index);
            int machine = dice.nextInt(4) == 0 || job.machine < 0 ? dice.nextInt(machines.size()) : job.machine;
            told.add(what + " on " + index + " " + job.state + " by " + machine);
            switch (what) {
                case 5, 6, 7, 8 -> claim(job, id, dice.nextInt(machines.size()));
                case 9, 10 -> progress(job, id, machine);
                case 11, 12, 13 -> prove(job, id, machine);
                case 14, 15 -> fail(job, id, machine, dice.nextInt(4) > 0);
                case 16 -> cancel(job, id);
                case 17 -> leaseRunsOut(job, id);
                case 18 -> backoffEnds(job, id);
                default -> timeRunsOut(job, id);
            }
            assertJob(job, id);
        }

        private void submit() {
            int buyer = dice.nextInt(buyers.size());
            int price = dice.nextInt(4);
            int attempts = 1 + dice.nextInt(3);
            told.add("submit by " + buyer + " for " + price);
            boolean affordable = model.submit(buyer, price, attempts);
            try {
                ids.add(SCENE.job(
                        buyers.get(buyer),
                        "{'workload':'model-" + UUID.randomUUID() + "','price':'" + price + "','max_attempts':"
                                + attempts + "}"));
                assertThat(affordable).as("%s", told).isTrue();
            } catch (CoordinatorException e) {
                assertThat(e.code()).as("%s", told).isEqualTo(ErrorCode.INSUFFICIENT_FUNDS);
                assertThat(affordable).as("%s", told).isFalse();
            }
        }

        private void deposit() {
            int buyer = dice.nextInt(buyers.size());
            told.add("deposit by " + buyer);
            BigInteger token = Money.parse("1");
            SCENE.database.doInTransaction(connection ->
                    SCENE.ledger.post(connection, List.of(Posting.deposit(buyers.get(buyer), token)), Instant.now()));
            model.available[buyer]++;
        }

        private void claim(Job job, UUID id, int machine) {
            long classId = SCENE.rows.number("select class_id from job where id = ?", id);
            Machine claimer = machines.get(machine);
            List<Taken> taken = SCENE.claims.claim(classId, claimer.node(), claimer.minerId(), true, 2);
            if (!job.isClaimable()) {
                assertThat(taken).as("%s", told).isEmpty();
                return;
            }
            assertThat(taken).as("%s", told).hasSize(1);
            assertThat(taken.getFirst().job()).isEqualTo(id);
            assertThat(taken.getFirst().lease()).as("%s", told).isGreaterThan(newestToken);
            newestToken = taken.getFirst().lease();
            SCENE.rows.update("update job set lease_expires_at = now() + interval '1 day' where id = ?", id);
            LeaseModel.claim(job, machine, provider(machine), newestToken);
        }

        /** Mostly the lease that counts, sometimes an earlier one, or one that nobody has yet. */
        private long lease(Job job) {
            return switch (dice.nextInt(6)) {
                case 0 -> job.tokens.isEmpty() ? 1 : job.tokens.getFirst();
                case 1 -> newestToken + 1_000_000;
                default -> job.token();
            };
        }

        private void progress(Job job, UUID id, int machine) {
            long lease = lease(job);
            Outcome<Answer> outcome = DESK.one(LeaseDesk.progress(machines.get(machine), id, lease, 50));
            ErrorCode refusal = LeaseModel.refusal(job, provider(machine), lease);
            boolean canceled = refusal == ErrorCode.CONFLICT_STATE && job.state == JobState.CANCELED;
            if (refusal != null && !canceled) {
                assertRefused(outcome, refusal);
                return;
            }
            var renewed = (Answer.Renewed) Objects.requireNonNull(outcome.value(), told::toString);
            assertThat(renewed.answer().cancel()).as("%s", told).isEqualTo(canceled);
            if (!canceled) {
                LeaseModel.renew(job);
            }
        }

        private void prove(Job job, UUID id, int machine) {
            Long lease = dice.nextInt(5) == 0 ? null : Long.valueOf(lease(job));
            String output = dice.nextInt(4) == 0 ? "other" : "output";
            Report proof = LeaseDesk.proof(machines.get(machine), id, lease, output);
            // the answer to the first may be lost, so it is sent again
            for (Outcome<Answer> outcome : DESK.report(proof, proof)) {
                ErrorCode refusal = LeaseModel.refusal(job, provider(machine), lease);
                if (refusal == ErrorCode.CONFLICT_STATE && job.state == JobState.COMPLETED) {
                    refusal = output.equals(job.proved) ? null : ErrorCode.PROOF_CONFLICT;
                }
                if (refusal != null) {
                    assertRefused(outcome, refusal);
                    continue;
                }
                var accepted = (Answer.Accepted) Objects.requireNonNull(outcome.value(), told::toString);
                UUID receipt = accepted.receipt().receiptId();
                assertThat(accepted.replay()).as("%s", told).isEqualTo(receipts.containsKey(id));
                assertThat(receipts.getOrDefault(id, receipt)).as("%s", told).isEqualTo(receipt);
                if (receipts.put(id, receipt) == null) {
                    model.complete(job, output);
                }
            }
        }

        private void fail(Job job, UUID id, int machine, boolean retryable) {
            long lease = lease(job);
            Outcome<Answer> outcome = DESK.one(LeaseDesk.failure(machines.get(machine), id, lease, retryable));
            ErrorCode refusal = LeaseModel.refusal(job, provider(machine), lease);
            if (refusal != null) {
                assertRefused(outcome, refusal);
                return;
            }
            assertThat(outcome.refusal()).as("%s", told).isNull();
            model.fail(job, retryable);
        }

        private void cancel(Job job, UUID id) {
            try {
                SCENE.jobs.cancel(buyers.get(job.buyer), id);
                assertThat(job.state.isTerminal() && job.state != JobState.CANCELED)
                        .as("%s", told)
                        .isFalse();
            } catch (CoordinatorException e) {
                assertThat(e.code()).as("%s", told).isEqualTo(ErrorCode.CONFLICT_STATE);
            }
            if (!job.state.isTerminal()) {
                model.end(job, JobState.CANCELED);
            }
        }

        private void leaseRunsOut(Job job, UUID id) {
            if (job.isHeld()) {
                DESK.loseLease(id);
                model.lose(job);
            }
        }

        private void backoffEnds(Job job, UUID id) {
            DESK.endBackoff(id);
            job.waiting = false;
        }

        /** In the queue, or of the job that is held. */
        private void timeRunsOut(Job job, UUID id) {
            if (job.state.isTerminal() || dice.nextBoolean()) {
                return;
            }
            SCENE.rows.update(
                    "update job set " + (job.isHeld() ? "deadline" : "expires_at")
                            + " = now() - interval '1 s' where id = ?",
                    id);
            DESK.reaper.tick();
            model.end(job, JobState.EXPIRED);
        }

        /** Lists what the machine holds, or all but one that it has forgotten. */
        private void beat() {
            int forgotten = anyJob();
            Job about = model.jobs.get(forgotten);
            int machine = about.isHeld() ? about.machine : dice.nextInt(machines.size());
            boolean forgets = dice.nextBoolean();
            told.add("beat of " + machine + (forgets ? " without " + forgotten : ""));
            var listed = new ArrayList<Heartbeat.Running>();
            for (int i = 0; i < ids.size(); i++) {
                Job job = model.jobs.get(i);
                if (job.isHeld() && job.machine == machine) {
                    if (forgets && i == forgotten) {
                        model.miss(job);
                    } else {
                        listed.add(LeaseDesk.running(ids.get(i), job.token()));
                        LeaseModel.renew(job);
                    }
                }
            }
            DESK.beat(machines.get(machine), listed.toArray(Heartbeat.Running[]::new));
            for (int i = 0; i < ids.size(); i++) {
                assertJob(model.jobs.get(i), ids.get(i));
            }
        }

        private void assertRefused(Outcome<Answer> outcome, @Nullable ErrorCode code) {
            assertThat(outcome.refusal())
                    .as("%s", told)
                    .isInstanceOfSatisfying(
                            CoordinatorException.class,
                            refusal -> assertThat(refusal.code()).as("%s", told).isEqualTo(code));
        }

        private void assertJob(Job job, UUID id) {
            assertThat(SCENE.text(
                            "select concat_ws(' ', state, attempt, waiting, coalesce(lease_token, 0),"
                                    + " lease_expires_at is not null) from job where id = ?",
                            id))
                    .as("%s", told)
                    .isEqualTo(job.state + " " + job.attempts + " " + (job.waiting ? "t" : "f") + " " + job.token()
                            + " " + (job.isHeld() ? "t" : "f"));
            assertThat(job.attempts).isLessThanOrEqualTo(job.maxAttempts);
        }

        void assertMoney() {
            for (int i = 0; i < buyers.size(); i++) {
                assertThat(tokens(buyers.get(i), Pot.AVAILABLE)).as("%s", told).isEqualTo(model.available[i]);
                assertThat(tokens(buyers.get(i), Pot.RESERVED)).as("%s", told).isEqualTo(model.reserved[i]);
            }
            for (int machine : new int[] {0, 2}) {
                assertThat(tokens(machines.get(machine).provider(), Pot.AVAILABLE))
                        .as("%s", told)
                        .isEqualTo(model.earned[provider(machine)]);
            }
        }

        private static long tokens(UUID account, Pot pot) {
            return Money.parse(SCENE.balance(account, pot))
                    .divide(Money.parse("1"))
                    .longValueExact();
        }

        /** Every job that has ended has its receipt or its reason, and never both. */
        void assertReceipts() {
            for (int i = 0; i < ids.size(); i++) {
                Job job = model.jobs.get(i);
                String expected =
                        !job.state.isTerminal() ? "0" : job.state == JobState.COMPLETED ? "1 receipt" : "0 reason";
                String found = SCENE.text(
                        "select concat_ws(' ', (select count(*) from receipt r where r.job_id = j.id),"
                                + " case when finished_at is null then null when error_code is null then 'receipt'"
                                + " else 'reason' end) from job j where id = ?",
                        ids.get(i));
                assertThat(found).as("%s %s", job.state, told).isEqualTo(expected);
            }
        }
    }
}
