package io.pithead.coordinator.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.lease.LeaseDesk;
import io.pithead.coordinator.ledger.Pot;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.RefereeCase;
import io.pithead.protocol.job.RefereeOffer;
import io.pithead.protocol.job.VerificationView;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What becomes of a job that providers do not agree on, when validators are asked. */
class RefereeIT {
    private static final Scene SCENE = new Scene();
    private static final String REEXECUTE = "{'mode':'reexecute','replicas':3,'quorum':3,'max_replicas':3}";

    private final VerifyDesk desk = new VerifyDesk(SCENE);
    private final UUID buyer = SCENE.buyer("100");
    private final String workload = VerifyDesk.workload();
    private final List<Machine> machines = new ArrayList<>();
    private final Validator validator = new Validator();

    /** A key of somebody who does jobs once more. */
    private static final class Validator {
        final UUID account = SCENE.rows.account();
        final WalletKey key = WalletKey.generate(new SecureRandom());
    }

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(SCENE);
    }

    private UUID job(String verification) {
        return SCENE.job(
                buyer,
                "{'workload':'" + workload + "','price':'2','params':{'n':1e400},'verification':" + verification + "}");
    }

    /** Three providers have answered: the first wrong, and the others as they are told. */
    private UUID undecided(String verification, String... answers) {
        for (int i = machines.size(); i < 4; i++) {
            machines.add(desk.worker(workload));
        }
        UUID job = job(verification);
        assertThat(desk.run(machines.getFirst(), job, answers[0])).isEqualTo("VERIFYING");
        desk.round();
        List<UUID> replicas = desk.replicas(job);
        assertThat(replicas).hasSize(answers.length - 1);
        for (int i = 1; i < answers.length; i++) {
            UUID replica = replicas.get(i - 1);
            assertThat(desk.run(desk.chosen(replica, machines), replica, answers[i]))
                    .isEqualTo("VERIFYING");
        }
        desk.round();
        return job;
    }

    private Machine of(UUID job, int number) {
        return number == 0
                ? machines.getFirst()
                : desk.chosen(desk.replicas(job).get(number - 1), machines);
    }

    private String has(Machine miner) {
        return SCENE.balance(miner.provider(), Pot.AVAILABLE);
    }

    private Finding finding(UUID job, Validator by, String output) {
        String request = desk.referee.get(by.account, job).request();
        return new Finding(
                        job,
                        0L,
                        by.key.address().text(),
                        LeaseDesk.sha(output),
                        Digests.sha256Hex(request.getBytes(StandardCharsets.UTF_8)),
                        Instant.parse("2026-11-01T12:00:00Z"),
                        null)
                .signed(by.key);
    }

    private RefereeCase finds(UUID job, Validator by, String output) {
        RefereeCase after = desk.referee.find(by.account, job, finding(job, by, output));
        desk.round();
        return after;
    }

    private ErrorCode refused(Validator by, UUID job, Finding finding) {
        return catchThrowableOfType(CoordinatorException.class, () -> desk.referee.find(by.account, job, finding))
                .code();
    }

    private List<UUID> offered(Validator to) {
        return desk.referee.offers(to.account, null, 200).items().stream()
                .map(RefereeOffer::id)
                .toList();
    }

    @Test
    void two_who_lie_alike_are_not_paid_and_the_third_is() {
        UUID job = undecided(REEXECUTE, "lie", "lie", "right");
        assertThat(SCENE.state(job)).isEqualTo(JobState.VERIFYING);
        assertThat(offered(validator)).contains(job);

        finds(job, validator, "right");

        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        assertThat(has(of(job, 0))).isEqualTo("0.000000");
        assertThat(has(of(job, 1))).isEqualTo("0.000000");
        assertThat(has(of(job, 2))).isEqualTo("2.000000");
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("98.000000");
        assertThat(SCENE.balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
        VerificationView view = desk.view(buyer, job);
        assertThat(view.result()).isEqualTo(2);
        assertThat(view.reason()).isEqualTo("1 of 3 agree with what validators found");
        assertThat(view.items())
                .extracting(VerificationView.Replica::verdict)
                .containsExactly("DISSENTED", "DISSENTED", "PAID");
        assertThat(view.items())
                .as("what each answered, though the job has the third one's result")
                .extracting(VerificationView.Replica::outputSha)
                .containsExactly(LeaseDesk.sha("lie"), LeaseDesk.sha("lie"), LeaseDesk.sha("right"));
        assertThat(desk.decisions(job)).containsExactly("ASKED", "REFERRED", "AGREED");
        assertThat(SCENE.column(
                        "select \"right\" || ' ' || round(wrong) from reputation where node_id = any(?)",
                        (Object) new UUID[] {
                            of(job, 0).node(), of(job, 1).node(), of(job, 2).node()
                        }))
                .containsExactlyInAnyOrder("0 1", "0 1", "1 0");
        assertThat(SCENE.text(
                        "select evidence::text from verification_decision where job_id = ? and decision = 'AGREED'",
                        job))
                .contains(validator.key.address().text());
        assertThat(offered(validator)).doesNotContain(job);
    }

    @Test
    void nobody_is_paid_when_the_validator_finds_what_nobody_gave() {
        UUID job = undecided(REEXECUTE, "a", "b", "c");

        finds(job, validator, "right");

        nothingIsPaid(job, "refuted");
        assertThat(desk.view(buyer, job).items())
                .extracting(VerificationView.Replica::verdict)
                .containsOnly("DISSENTED");
        assertThat(SCENE.text(
                        "select round(wrong) from reputation where node_id = ?",
                        of(job, 1).node()))
                .isEqualTo("1");
    }

    @Test
    void a_case_that_nobody_decides_ends_at_its_time_and_nobody_is_wrong() {
        desk.settings.put("pithead.verification.referee.findings", "2");
        UUID job = undecided(REEXECUTE, "a", "a", "b");
        finds(job, validator, "a");
        assertThat(SCENE.state(job)).isEqualTo(JobState.VERIFYING);
        SCENE.rows.update(
                "update referee_case set opened_at = now() - interval '2 s', until = now() - interval '1 s' where job_id = ?",
                job);
        SCENE.rows.update("update verification set look_at = now() where job_id = ?", job);
        var late = new Validator();
        assertThat(offered(late)).doesNotContain(job);

        desk.round();

        nothingIsPaid(job, "no_referee");
        assertThat(SCENE.column(
                        "select wrong from reputation where node_id = ? and wrong > 0",
                        of(job, 2).node()))
                .isEmpty();
    }

    private void nothingIsPaid(UUID job, String reason) {
        assertThat(SCENE.state(job)).isEqualTo(JobState.FAILED);
        assertThat(desk.view(buyer, job).reason()).startsWith(reason);
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
        assertThat(SCENE.balance(buyer, Pot.RESERVED)).isEqualTo("0.000000");
        assertThat(SCENE.column("select 1 from referee_case where job_id = ? and decided_at is null", job))
                .isEmpty();
    }

    @Test
    void several_must_find_the_same_where_the_operator_says_so_and_see_each_other_afterwards() {
        desk.settings.put("pithead.verification.referee.findings", "2");
        UUID job = undecided(REEXECUTE, "lie", "lie", "right");
        var liar = new Validator();
        var third = new Validator();
        assertThat(desk.referee.get(validator.account, job).answers()).isNull();
        assertThat(desk.referee.get(validator.account, job).findings()).isNull();

        assertThat(finds(job, liar, "lie").findings()).isEmpty();
        assertThat(SCENE.state(job)).isEqualTo(JobState.VERIFYING);
        RefereeCase seen = finds(job, validator, "right");
        assertThat(seen.answers()).extracting(RefereeCase.Answer::outputSha).contains(LeaseDesk.sha("lie"));
        assertThat(seen.findings())
                .extracting(Finding::validator)
                .containsExactly(liar.key.address().text());
        assertThat(SCENE.state(job)).isEqualTo(JobState.VERIFYING);

        finds(job, third, "right");

        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        assertThat(has(of(job, 2))).isEqualTo("2.000000");
    }

    @Test
    void a_finding_that_is_not_one_of_this_case_is_refused() {
        desk.settings.put("pithead.verification.referee.findings", "2");
        UUID job = undecided(REEXECUTE, "lie", "lie", "right");
        Finding good = finding(job, validator, "right");
        var other = new Validator();
        assertThat(refused(
                        validator,
                        job,
                        changed(good, good.job(), "0".repeat(64)).signed(validator.key)))
                .as("of another request")
                .isEqualTo(ErrorCode.INVALID_PAYLOAD);
        assertThat(refused(
                        validator,
                        job,
                        changed(good, UUID.randomUUID(), good.evidence()).signed(validator.key)))
                .as("of another case")
                .isEqualTo(ErrorCode.INVALID_PAYLOAD);
        assertThat(refused(validator, job, good.signed(other.key))).as("forged").isEqualTo(ErrorCode.INVALID_PAYLOAD);
        Finding onChain = new Finding(
                        job, 31_337L, good.validator(), good.outputSha(), good.evidence(), good.foundAt(), null)
                .signed(validator.key);
        assertThat(refused(validator, job, onChain)).as("no validator there").isEqualTo(ErrorCode.FORBIDDEN_SIGNER);
        UUID none = UUID.randomUUID();
        assertThat(refused(validator, none, changed(good, none, good.evidence()).signed(validator.key)))
                .isEqualTo(ErrorCode.NOT_FOUND);

        desk.referee.find(validator.account, job, good);
        assertThat(desk.referee.find(validator.account, job, good).finding())
                .as("again")
                .isEqualTo(good);
        Finding second = finding(job, validator, "lie");
        assertThat(refused(validator, job, second)).as("another one").isEqualTo(ErrorCode.CONFLICT_STATE);
        assertThat(refused(other, job, good)).as("brought by another account").isEqualTo(ErrorCode.CONFLICT_STATE);
        assertThat(refused(validator, job, finding(job, validator, "x").signed(validator.key)))
                .isEqualTo(ErrorCode.CONFLICT_STATE);
        Finding ofBound = new Finding(
                job, 0L, new Validator().key.address().text(), good.outputSha(), good.evidence(), good.foundAt(), null);
        assertThat(refused(other, job, ofBound)).as("unsigned").isEqualTo(ErrorCode.INVALID_PAYLOAD);
        SCENE.rows.update(
                "update referee_case set opened_at = now() - interval '2 s', until = now() - interval '1 s' where job_id = ?",
                job);
        Finding late = new Finding(
                        job, 0L, other.key.address().text(), good.outputSha(), good.evidence(), good.foundAt(), null)
                .signed(other.key);
        assertThat(refused(other, job, late)).as("late").isEqualTo(ErrorCode.CONFLICT_STATE);
        assertThat(SCENE.text("select count(*) from finding where job_id = ?", job))
                .isEqualTo("1");
    }

    private static Finding changed(Finding finding, UUID job, String evidence) {
        return new Finding(
                job, finding.chain(), finding.validator(), finding.outputSha(), evidence, finding.foundAt(), null);
    }

    @Test
    void no_party_of_a_case_judges_it_and_no_stranger_sees_one_that_is_over() {
        UUID job = undecided(REEXECUTE, "lie", "lie", "right");
        Finding good = finding(job, validator, "right");
        for (UUID party : List.of(buyer, of(job, 0).provider(), of(job, 2).provider())) {
            assertThat(desk.referee.offers(party, null, 200).items())
                    .extracting(RefereeOffer::id)
                    .doesNotContain(job);
            assertThat(catchThrowableOfType(CoordinatorException.class, () -> desk.referee.find(party, job, good))
                            .code())
                    .isEqualTo(ErrorCode.NOT_FOUND);
        }
        finds(job, validator, "right");
        assertThat(desk.referee.get(validator.account, job).decidedAt()).isNotNull();
        UUID stranger = new Validator().account;
        assertThat(catchThrowableOfType(CoordinatorException.class, () -> desk.referee.get(stranger, job))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void what_its_buyer_keeps_or_did_not_ask_for_never_leaves() {
        UUID plain = undecided("{'mode':'replicate','replicas':3,'quorum':3,'max_replicas':3}", "a", "a", "b");
        assertThat(desk.view(buyer, plain).reason()).startsWith("no_quorum");
        desk.settings.put("pithead.verification.referee", "always");
        UUID kept = undecided(
                "{'mode':'replicate','replicas':3,'quorum':3,'max_replicas':3,'confidential':true}", "a", "a", "b");
        assertThat(desk.view(buyer, kept).reason()).startsWith("no_quorum");
        UUID open = undecided("{'mode':'replicate','replicas':3,'quorum':3,'max_replicas':3}", "a", "a", "b");
        assertThat(offered(validator)).contains(open).doesNotContain(plain, kept);
        finds(open, validator, "b");
        desk.settings.put("pithead.verification.referee", "never");
        UUID never = undecided(REEXECUTE, "a", "a", "b");
        assertThat(desk.view(buyer, never).reason()).startsWith("no_quorum");
    }

    @Test
    void one_answer_that_nobody_else_gave_in_time_is_done_once_more() {
        machines.add(desk.worker(workload));
        UUID job = job("{'mode':'reexecute'}");
        desk.run(machines.getFirst(), job, "right");
        desk.round();
        SCENE.rows.update(
                "update verification set deadline = now() - interval '1 s', look_at = now() where job_id = ?", job);
        desk.round();

        finds(job, validator, "right");

        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        assertThat(has(machines.getFirst())).isEqualTo("2.000000");
    }

    @Test
    void a_case_ends_with_its_job() {
        UUID job = undecided(REEXECUTE, "lie", "lie", "right");
        Finding good = finding(job, validator, "right");

        SCENE.jobs.facade().cancel(buyer, "buyer", job);
        desk.round();

        assertThat(refused(validator, job, good)).isEqualTo(ErrorCode.CONFLICT_STATE);
        assertThat(offered(validator)).doesNotContain(job);
        assertThat(SCENE.balance(buyer, Pot.AVAILABLE)).isEqualTo("100.000000");
    }

    @Test
    void what_is_given_is_the_request_and_nothing_of_its_buyer() {
        UUID job = undecided(REEXECUTE, "lie", "lie", "right");

        RefereeCase open = desk.referee.get(validator.account, job);

        assertThat(open.request()).isEqualTo("{\"workload\":\"" + workload + "\",\"params\":{\"n\":1E+400}}");
        assertThat(Objects.requireNonNull(open.until())).isAfter(open.openedAt());
    }
}
