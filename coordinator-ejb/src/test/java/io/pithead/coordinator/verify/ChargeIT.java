package io.pithead.coordinator.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.lease.LeaseDesk;
import io.pithead.coordinator.testing.Histories;
import io.pithead.coordinator.testing.Scene;
import io.pithead.coordinator.testing.Scene.Machine;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.job.ChargeView;
import io.pithead.protocol.job.ChargeView.Outcome;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.RefereeOffer;
import io.pithead.protocol.job.WorkRequest;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.WalletKey;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a node of which so many answers are judged wrong that it is suspended. */
class ChargeIT {
    private static final Scene SCENE = new Scene();
    private static final String PARAMS = "{'n':7}";
    /** So many points that one more wrong answer suspends. */
    private static final int ALMOST = 450;

    private final VerifyDesk desk = new VerifyDesk(SCENE);
    private final UUID buyer = SCENE.buyer("1000");
    private String workload = VerifyDesk.workload();
    private WalletKey key = WalletKey.generate(new SecureRandom());
    private final List<Machine> machines = new ArrayList<>();
    private final Validator validator = new Validator();

    private static final class Validator {
        final UUID account = SCENE.rows.account();
        final WalletKey key = WalletKey.generate(new SecureRandom());

        @Nullable
        String newest;
    }

    @BeforeEach
    void a_node_and_two_others() {
        machines.clear();
        for (int i = 0; i < 3; i++) {
            machines.add(desk.worker(workload));
        }
        desk.hasKey(liar(), key);
    }

    @AfterEach
    void everything_is_sound() {
        Histories.assertSound(SCENE);
    }

    private Machine liar() {
        return machines.getFirst();
    }

    private UUID outvoted() {
        return outvoted("", PARAMS, true);
    }

    /** A job that two others do otherwise than our node. */
    private UUID outvoted(String more, String params, boolean signed) {
        UUID job = SCENE.job(
                buyer,
                "{'workload':'" + workload + "','price':'2','params':" + params
                        + ",'verification':{'mode':'replicate','replicas':3,'quorum':2,'max_replicas':3" + more + "}}");
        String answered = signed ? desk.runSigned(liar(), key, job, params, "lie") : desk.run(liar(), job, "lie");
        assertThat(answered).isEqualTo("VERIFYING");
        desk.round();
        for (UUID replica : desk.replicas(job)) {
            desk.run(desk.chosen(replica, machines), replica, "right");
        }
        desk.round();
        assertThat(SCENE.state(job)).isEqualTo(JobState.COMPLETED);
        return job;
    }

    private void points(int points) {
        SCENE.rows.update("update reputation set points = ? where node_id = ?", points, liar().node());
    }

    /** So many wrong answers, the last of which suspends the node. */
    private List<UUID> suspended(int answers) {
        var jobs = new ArrayList<UUID>();
        for (int i = 0; i < answers - 1; i++) {
            jobs.add(outvoted());
        }
        points(ALMOST);
        jobs.add(outvoted());
        assertThat(ban()).startsWith("suspended until ");
        return jobs;
    }

    private String ban() {
        return String.valueOf(SCENE.text("select ban from node where id = ?", liar().node()));
    }

    private ChargeView charged(int answers) {
        suspended(answers);
        desk.charges();
        return charge();
    }

    private List<ChargeView> all() {
        return desk.charges.list(new Address(key.address().text()), null, 200).items();
    }

    /** The newest of our node. */
    private ChargeView charge() {
        return desk.charges.get(all().getFirst().id());
    }

    private Charge offered(Validator to) {
        return desk.charges.offers(to.account, null, 200).items().stream()
                .filter(one -> one.node().equals(key.address().text()))
                .findFirst()
                .orElseThrow();
    }

    private void finds(Validator by, UUID referee, String output) {
        Finding finding = new Finding(
                        referee,
                        0L,
                        by.key.address().text(),
                        LeaseDesk.sha(output),
                        WorkRequest.digest(desk.referee.get(by.account, referee).request()),
                        Instant.parse("2026-11-01T12:00:00Z"),
                        null)
                .signed(by.key);
        desk.referee.find(by.account, referee, finding);
        desk.round();
        desk.charges();
    }

    private void findsAll(Validator by, String output) {
        for (Charge.Answer answer : offered(by).answers()) {
            finds(by, answer.referee(), output);
        }
    }

    private Attestation attestation(Validator by, Charge charge, VerdictReason reason) {
        var findings = new HashMap<UUID, Finding>();
        for (Charge.Answer answer : charge.answers()) {
            Finding own = desk.referee.get(by.account, answer.referee()).finding();
            if (own != null) {
                findings.put(answer.referee(), own);
            }
        }
        Instant now = Instant.parse("2026-11-01T12:00:00Z");
        return new Attestation(
                        charge.id(),
                        0L,
                        by.key.address().text(),
                        charge.node(),
                        AttestationKind.WORK,
                        charge.answers().size(),
                        Charge.WRONG_ENOUGH,
                        reason.verdict(),
                        reason,
                        null,
                        null,
                        Charge.evidence(charge.answers(), findings),
                        by.newest,
                        now,
                        now.plusSeconds(60),
                        null)
                .signed(by.key);
    }

    private ErrorCode refused(Validator by, UUID charge, Attestation attestation) {
        return catchThrowableOfType(
                        CoordinatorException.class, () -> desk.charges.attest(by.account, charge, attestation))
                .code();
    }

    @Test
    void three_that_a_validator_finds_wrong_confirm_it() {
        List<UUID> jobs = suspended(4);
        desk.charges();
        ChargeView opened = charge();
        assertThat(opened.charged()).isEqualTo(4);
        assertThat(opened.outcome()).isNull();
        Charge charge = offered(validator);
        assertThat(charge.answers()).extracting(Charge.Answer::referee).containsExactlyElementsOf(jobs.reversed());
        assertThat(charge.answers()).allSatisfy(answer -> {
            assertThat(answer.claim().isSignedBy(key.address().text())).isTrue();
            assertThat(answer.claim().outputSha()).isEqualTo(LeaseDesk.sha("lie"));
            assertThat(WorkRequest.digest(desk.referee
                            .get(validator.account, answer.referee())
                            .request()))
                    .isEqualTo(answer.claim().requestSha());
        });
        assertThat(desk.referee.offers(validator.account, null, 200).items())
                .extracting(RefereeOffer::id)
                .containsAll(jobs);

        for (UUID job : jobs.subList(0, 3)) {
            assertThat(charge().outcome()).isNull();
            finds(validator, job, "right");
        }

        assertThat(charge().outcome()).isEqualTo(Outcome.CONFIRMED);
        assertThat(charge().wrong()).isEqualTo(3);
        assertThat(charge().closedAt()).isNotNull();
        assertThat(ban()).as("it stays").startsWith("suspended until ");
        assertThat(offered(new Validator()).id())
                .as("others have time to find the same")
                .isEqualTo(charge.id());
    }

    @Test
    void a_node_that_was_right_works_again_and_what_it_counted_is_taken_back() {
        charged(3);
        assertThat(SCENE.text("select points || ' ' || round(wrong) from reputation where node_id = ?", liar().node()))
                .isEqualTo("150 3");

        finds(validator, offered(validator).answers().getFirst().referee(), "lie");

        assertThat(charge().outcome()).isEqualTo(Outcome.CLEARED);
        assertThat(charge().right()).isEqualTo(1);
        assertThat(ban()).isEqualTo("null");
        assertThat(SCENE.text(
                        "select points || ' ' || round(wrong) || ' ' || \"right\" || ' ' || coalesce(suspended_until::text, 'free')"
                                + " from reputation where node_id = ?",
                        liar().node()))
                .isEqualTo("99 2 1 free");
    }

    @Test
    void who_is_suspended_again_while_it_is_charged_stays_suspended_and_is_charged_after_it() {
        charged(3);
        Instant until = charge().until();
        SCENE.rows.update("update node set ban = null where id = ?", liar().node());
        points(ALMOST);
        outvoted();
        String again = ban();
        assertThat(again).startsWith("suspended until ");
        desk.charges();
        assertThat(all()).hasSize(1);

        finds(validator, offered(validator).answers().getFirst().referee(), "lie");

        assertThat(charge().outcome()).isEqualTo(Outcome.CLEARED);
        assertThat(ban()).isEqualTo(again);
        assertThat(SCENE.column(
                        "select 1 from charge_due where node_id = ? and since = ?::timestamptz",
                        liar().node(),
                        until.toString()))
                .hasSize(1);
    }

    @Test
    void an_operators_own_ban_stays_when_a_charge_is_cleared() {
        charged(3);
        SCENE.rows.update("update node set ban = 'it smells' where id = ?", liar().node());

        finds(validator, offered(validator).answers().getFirst().referee(), "lie");

        assertThat(charge().outcome()).isEqualTo(Outcome.CLEARED);
        assertThat(ban()).isEqualTo("it smells");
    }

    @Test
    void as_many_must_find_the_same_as_the_operator_says() {
        desk.settings.put("pithead.verification.referee.findings", "2");
        charged(3);
        findsAll(validator, "right");
        assertThat(charge().wrong()).isZero();
        var other = new Validator();
        findsAll(other, "something else");
        assertThat(charge().outcome()).isNull();

        findsAll(new Validator(), "right");

        assertThat(charge().outcome()).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void what_nobody_tells_in_time_is_undecided_and_then_everybody_sees_what_there_is() {
        charged(3);
        UUID first = offered(validator).answers().getFirst().referee();
        finds(validator, first, "right");
        assertThat(charge().answers()).as("before").isNull();
        over();

        desk.charges();

        ChargeView view = charge();
        assertThat(view.outcome()).isEqualTo(Outcome.UNDECIDED);
        assertThat(view.wrong()).isEqualTo(1);
        assertThat(ban()).startsWith("suspended until ");
        List<ChargeView.Answer> answers = Objects.requireNonNull(view.answers());
        assertThat(answers).hasSize(3);
        assertThat(answers.getFirst().findings())
                .extracting(Finding::validator)
                .containsExactly(validator.key.address().text());
        assertThat(answers.getLast().findings()).isEmpty();
        assertThat(desk.charges.offers(new Validator().account, null, 200).items())
                .extracting(Charge::id)
                .doesNotContain(view.id());
        desk.charges();
        assertThat(charge()).isEqualTo(view);
    }

    private void over() {
        SCENE.rows.update(
                "update charge set opened_at = now() - interval '2 s', until = now() - interval '1 s',"
                        + " look_at = now() where node_id = ?",
                liar().node());
        SCENE.rows.update("update referee_case set opened_at = now() - interval '2 s',"
                + " until = now() - interval '1 s' where job_id in (select case_id from charged_answer)");
    }

    @Test
    void what_a_node_did_not_sign_or_a_validator_may_not_have_is_not_charged() {
        outvoted("", PARAMS, false);
        outvoted(",'confidential':true", PARAMS, true);
        outvoted("", "{'n':1e400}", true);
        UUID otherwise = outvoted();
        SCENE.rows.update(
                "insert into referee_case (job_id, workload, request, wanted, until)"
                        + " values (?, 'w', '{\"workload\":\"w\"}', 1, now() + interval '1 h')",
                otherwise);
        outvoted();
        points(ALMOST);
        outvoted();
        assertThat(ban()).startsWith("suspended until ");

        desk.charges();

        assertThat(all()).isEmpty();
        assertThat(SCENE.column("select 1 from charge_due where node_id = ?", liar().node()))
                .isEmpty();
    }

    @Test
    void outputs_that_are_compared_by_figure_are_not_charged() {
        workload = "torch_bench";
        a_node_and_two_others();
        suspended(3);

        desk.charges();

        assertThat(all()).isEmpty();
    }

    @Test
    void a_charge_is_of_answers_that_one_key_signed() {
        outvoted();
        outvoted();
        key = WalletKey.generate(new SecureRandom());
        desk.hasKey(liar(), key);

        assertThat(charged(3).charged()).isEqualTo(3);
        assertThat(offered(validator).answers())
                .allSatisfy(answer -> assertThat(answer.claim().node())
                        .isEqualTo(key.address().text()));
    }

    @Test
    void nobody_is_charged_where_validators_are_never_asked() {
        desk.settings.put("pithead.verification.referee", "never");
        suspended(3);

        desk.charges();

        assertThat(all()).isEmpty();
        assertThat(SCENE.column("select 1 from charge_due where node_id = ?", liar().node()))
                .isEmpty();
    }

    @Test
    void an_answer_is_charged_once_and_of_many_the_latest_are() {
        List<UUID> jobs = suspended(6);
        desk.charges();
        assertThat(offered(validator).answers())
                .extracting(Charge.Answer::referee)
                .containsExactlyElementsOf(jobs.reversed().subList(0, Charge.MAX_ANSWERS));
        over();
        desk.charges();
        SCENE.rows.update("update node set ban = null where id = ?", liar().node());
        points(ALMOST);
        UUID seventh = outvoted();
        desk.charges();
        assertThat(all()).as("two that were not charged are not enough").hasSize(1);

        points(ALMOST);
        SCENE.rows.update("update node set ban = null where id = ?", liar().node());
        UUID eighth = outvoted();
        desk.charges();

        assertThat(all()).hasSize(2);
        assertThat(offered(validator).answers())
                .extracting(Charge.Answer::referee)
                .containsExactly(eighth, seventh, jobs.getFirst());
    }

    @Test
    void a_node_whose_charge_cannot_be_made_keeps_no_other_from_being_charged() {
        List<UUID> jobs = suspended(3);
        SCENE.rows.update("update job_result set claim = '{}' where job_id = ?", jobs.getFirst());
        Machine broken = liar();
        workload = VerifyDesk.workload();
        key = WalletKey.generate(new SecureRandom());
        a_node_and_two_others();
        suspended(3);

        desk.charges();

        assertThat(all()).hasSize(1);
        assertThat(SCENE.column("select 1 from charge_due where node_id = ? and since > now()", broken.node()))
                .hasSize(1);
        SCENE.rows.update("delete from charge_due where node_id = ?", broken.node());
    }

    @Test
    void a_job_that_validators_decided_is_a_case_again() {
        desk.settings.put("pithead.verification.referee", "always");
        UUID referred = SCENE.job(
                buyer,
                "{'workload':'" + workload + "','price':'2','params':" + PARAMS
                        + ",'verification':{'mode':'replicate','replicas':3,'quorum':3,'max_replicas':3}}");
        desk.runSigned(liar(), key, referred, PARAMS, "lie");
        desk.round();
        for (UUID replica : desk.replicas(referred)) {
            desk.run(desk.chosen(replica, machines), replica, "right");
        }
        desk.round();
        finds(validator, referred, "right");
        assertThat(SCENE.state(referred)).isEqualTo(JobState.COMPLETED);
        outvoted();
        points(ALMOST);
        outvoted();
        desk.charges();
        var another = new Validator();
        assertThat(desk.referee.offers(another.account, null, 200).items())
                .extracting(RefereeOffer::id)
                .contains(referred);
        assertThat(desk.referee.offers(validator.account, null, 200).items())
                .as("it has found something of it")
                .extracting(RefereeOffer::id)
                .doesNotContain(referred);

        for (Charge.Answer answer : offered(validator).answers()) {
            if (!answer.referee().equals(referred)) {
                finds(validator, answer.referee(), "right");
            }
        }

        assertThat(charge().outcome()).isEqualTo(Outcome.CONFIRMED);
    }

    @Test
    void each_validator_attests_once_in_its_line() {
        charged(3);
        findsAll(validator, "right");
        Charge charge = offered(validator);
        Attestation first = attestation(validator, charge, VerdictReason.WRONG_WORK);

        desk.charges.attest(validator.account, charge.id(), first);
        desk.charges.attest(validator.account, charge.id(), first);

        assertThat(desk.charges.offers(validator.account, null, 200).items())
                .extracting(Charge::id)
                .doesNotContain(charge.id());
        assertThat(SCENE.text("select count(*) from attestation where challenge_id = ?", charge.id()))
                .isEqualTo("1");
        Attestation again = attestation(validator, charge, VerdictReason.NOT_REPEATED);
        assertThat(refused(validator, charge.id(), again)).isEqualTo(ErrorCode.CONFLICT_STATE);
        var other = new Validator();
        findsAll(other, "right");
        other.newest = "0".repeat(64);
        CoordinatorException outOfLine = catchThrowableOfType(
                CoordinatorException.class,
                () -> desk.charges.attest(
                        other.account, charge.id(), attestation(other, charge, VerdictReason.WRONG_WORK)));
        assertThat(outOfLine.code()).isEqualTo(ErrorCode.CONFLICT_STATE);
        other.newest = null;
        desk.charges.attest(other.account, charge.id(), attestation(other, charge, VerdictReason.WRONG_WORK));
        assertThat(SCENE.text("select count(*) from attestation where challenge_id = ?", charge.id()))
                .isEqualTo("2");
    }

    @Test
    void an_attestation_that_is_not_one_of_this_charge_is_refused() {
        charged(3);
        Charge charge = offered(validator);
        finds(validator, charge.answers().getFirst().referee(), "right");
        Attestation good = attestation(validator, charge, VerdictReason.NOT_REPEATED);
        var bad = new HashMap<String, Attestation>();
        bad.put("of another charge", changed(good, one -> one.challenge = UUID.randomUUID()));
        bad.put(
                "of another node",
                changed(good, one -> one.node = validator.key.address().text()));
        bad.put("of a challenge", changed(good, one -> one.kind = AttestationKind.COMPUTE));
        bad.put("of more answers", changed(good, one -> one.size = 4));
        bad.put("of fewer that must be wrong", changed(good, one -> one.rows = 2));
        bad.put("for a challenge's reason", changed(good, one -> one.reason = VerdictReason.NO_COMMITMENT));
        bad.put("good of the node", changed(good, one -> one.reason = null));
        bad.put("not what it found", changed(good, one -> one.reason = VerdictReason.WRONG_WORK));
        bad.put("over other evidence", changed(good, one -> one.evidence = "0".repeat(64)));
        bad.forEach(
                (what, attestation) -> assertThat(refused(validator, charge.id(), attestation.signed(validator.key)))
                        .as(what)
                        .isEqualTo(ErrorCode.INVALID_PAYLOAD));
        assertThat(refused(validator, charge.id(), changed(good, one -> {})))
                .as("unsigned")
                .isEqualTo(ErrorCode.INVALID_PAYLOAD);
        assertThat(refused(validator, charge.id(), good.signed(key)))
                .as("forged")
                .isEqualTo(ErrorCode.INVALID_PAYLOAD);
        assertThat(refused(validator, UUID.randomUUID(), good)).isEqualTo(ErrorCode.NOT_FOUND);
        var owner = new Object() {
            final UUID account = liar().provider();
        };
        assertThat(catchThrowableOfType(
                                CoordinatorException.class, () -> desk.charges.attest(owner.account, charge.id(), good))
                        .code())
                .as("the node's own account")
                .isEqualTo(ErrorCode.NOT_FOUND);
        assertThat(desk.charges.offers(owner.account, null, 200).items())
                .extracting(Charge::id)
                .doesNotContain(charge.id());
        assertThat(SCENE.column("select 1 from attestation where challenge_id = ?", charge.id()))
                .isEmpty();

        desk.charges.attest(validator.account, charge.id(), good);
    }

    /** What an attestation is made of. */
    private static final class Parts {
        UUID challenge;
        String node;
        AttestationKind kind;
        int size;
        int rows;

        @Nullable
        VerdictReason reason;

        String evidence;

        Parts(Attestation of) {
            challenge = of.challenge();
            node = of.node();
            kind = of.kind();
            size = of.size();
            rows = of.rows();
            reason = of.reason();
            evidence = of.evidence();
        }
    }

    private static Attestation changed(Attestation good, Consumer<Parts> change) {
        var parts = new Parts(good);
        change.accept(parts);
        VerdictReason reason = parts.reason;
        return new Attestation(
                parts.challenge,
                good.chain(),
                good.validator(),
                parts.node,
                parts.kind,
                parts.size,
                parts.rows,
                reason == null ? Verdict.VALID : reason.verdict(),
                reason,
                null,
                null,
                parts.evidence,
                good.previous(),
                good.judgedAt(),
                good.expiresAt(),
                null);
    }
}
