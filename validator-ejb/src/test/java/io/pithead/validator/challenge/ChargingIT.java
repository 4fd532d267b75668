package io.pithead.validator.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.chain.ValidatorVotes.Outcome;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.ProofClaim;
import io.pithead.protocol.job.WorkRequest;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.validator.challenge.CoordinatorApi.AwayException;
import io.pithead.validator.challenge.core.Prover;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Charges of a scripted coordinator, judged by what was found of their answers. */
class ChargingIT {
    private static final WalletKey NODE = WalletKey.generate(new SecureRandom());
    private static final String ASKED = WorkRequest.digest("{\"workload\":\"w\"}");
    private static final String SAID = "5a".repeat(32);
    private static final String RIGHT = "1b".repeat(32);

    private ValidatorRig rig;
    private final List<CoordinatorApi> open = new ArrayList<>();
    private int rung;

    @BeforeEach
    void start() throws IOException {
        rig = new ValidatorRig();
    }

    @AfterEach
    void stop() {
        open.forEach(CoordinatorApi::close);
        rig.close();
    }

    private Charging charging() {
        var api = new CoordinatorApi(rig.coordinator.origin(), () -> ScriptedCoordinator.KEY, Duration.ofSeconds(10));
        open.add(api);
        return new Charging(rig.database, api, Duration.ofDays(30), () -> rig.now, () -> rung++);
    }

    private static ProofClaim claim() {
        String node = NODE.address().text();
        UUID job = UUID.randomUUID();
        var unsigned = new ProofClaim(job, 1L, node, SAID, ASKED, null, null, null);
        return new ProofClaim(job, 1L, node, SAID, ASKED, null, null, unsigned.signatureOf(NODE));
    }

    private Charge made(UUID id, int answers) {
        return new Charge(
                id,
                NODE.address().text(),
                rig.now,
                rig.now.plus(Duration.ofMinutes(30)),
                Stream.generate(() -> new Charge.Answer(UUID.randomUUID(), claim()))
                        .limit(answers)
                        .toList());
    }

    private Charge charged(int answers) {
        Charge charge = made(UUID.randomUUID(), answers);
        rig.coordinator.charges.put(charge.id(), charge);
        return charge;
    }

    private Finding found(Charge.Answer answer, String output) {
        Finding finding = new Finding(
                        answer.referee(), 31_337L, rig.key.address().text(), output, ASKED, rig.now, null)
                .signed(rig.key);
        rig.database.withConnection(connection -> FindingStore.keep(connection, finding, rig.now));
        return finding;
    }

    private void told(Charge.Answer answer, @Nullable String refusal) {
        rig.database.doInTransaction(connection -> FindingStore.over(connection, answer.referee(), refusal, rig.now));
    }

    private void notFound(Charge.Answer answer) {
        rig.database.withConnection(
                connection -> FindingStore.keepNothing(connection, answer.referee(), "no engine", rig.now));
    }

    /** The coordinator has what was found of each. */
    private Map<UUID, Finding> found(Charge charge, String... outputs) {
        var findings = new HashMap<UUID, Finding>();
        for (int i = 0; i < outputs.length; i++) {
            Charge.Answer answer = charge.answers().get(i);
            findings.put(answer.referee(), found(answer, outputs[i]));
            told(answer, null);
        }
        return findings;
    }

    private void publish() {
        rig.validator().publishing().round();
    }

    private List<Attestation> attested() {
        return rig.coordinator.attestations;
    }

    private List<String> reasons() {
        return rig.column("select reason from validator.charge order by seen_at, id");
    }

    /** An honest node's challenge, up to its verdict. */
    private void challenged() {
        WalletKey node = WalletKey.generate(new SecureRandom());
        rig.coordinator.node(node.address().text());
        Validator validator = rig.validator();
        validator.planner().round();
        rig.deliver(validator);
        Prover prover = Prover.honest(rig.challenged(node).challenge);
        rig.answer(node, prover);
        validator.looking().round();
        rig.answer(node, prover);
        validator.looking().round();
        rig.deliver(validator);
    }

    @Test
    void a_node_whose_answers_are_found_wrong_is_attested_invalid_once_and_voted_out() {
        Charge charge = charged(3);
        Map<UUID, Finding> findings = found(charge, RIGHT, RIGHT, RIGHT);
        Charging charging = charging();
        charging.round();
        publish();
        charging.round();
        publish();

        assertThat(attested()).hasSize(1);
        Attestation invalid = attested().getFirst();
        assertThat(invalid.challenge()).isEqualTo(charge.id());
        assertThat(invalid.chain()).isEqualTo(31_337);
        assertThat(invalid.validator()).isEqualTo(rig.key.address().text());
        assertThat(invalid.node()).isEqualTo(NODE.address().text());
        assertThat(invalid.kind()).isEqualTo(AttestationKind.WORK);
        assertThat(invalid.size()).isEqualTo(3);
        assertThat(invalid.rows()).isEqualTo(3);
        assertThat(invalid.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(invalid.reason()).isEqualTo(VerdictReason.WRONG_WORK);
        assertThat(invalid.evidence()).isEqualTo(Charge.evidence(charge.answers(), findings));
        assertThat(invalid.judgedAt()).isEqualTo(rig.now);
        assertThat(invalid.expiresAt()).isEqualTo(rig.now.plus(ValidatorRig.TERMS.good()));
        assertThat(invalid.isSignedBy(31_337, rig.key.address().text())).isTrue();
        assertThat(rung).isEqualTo(1);

        var cast = new ArrayList<String>();
        var voting = new Voting(
                rig.database,
                (node, vote, why) -> {
                    cast.add(vote + " " + node + " " + why);
                    return Outcome.CAST;
                },
                () -> rig.now);
        voting.round();
        voting.round();
        assertThat(cast).containsExactly("REJECT " + NODE.address().text() + " attestation " + invalid.digest());
    }

    @Test
    void answers_that_are_right_after_all_leave_the_charge_unconfirmed_and_make_nobody_valid() {
        Charge charge = charged(3);
        found(charge, RIGHT, RIGHT, SAID);
        charging().round();
        publish();

        assertThat(attested()).hasSize(1);
        assertThat(attested().getFirst().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(attested().getFirst().reason()).isEqualTo(VerdictReason.NOT_CONFIRMED);
    }

    @Test
    void nothing_is_said_before_the_coordinator_has_every_finding() {
        Charge charge = charged(4);
        Map<UUID, Finding> findings = found(charge, RIGHT, RIGHT, RIGHT);
        Charge.Answer last = charge.answers().getLast();
        Charging charging = charging();
        charging.round();
        assertThat(reasons()).containsExactly("null");
        findings.put(last.referee(), found(last, RIGHT));
        charging.round();
        assertThat(reasons()).containsExactly("null");
        told(last, null);
        charging.round();
        publish();

        assertThat(reasons()).containsExactly("WRONG_WORK");
        assertThat(attested().getFirst().evidence()).isEqualTo(Charge.evidence(charge.answers(), findings));
    }

    @Test
    void what_cannot_be_done_once_more_is_waited_for_until_the_charge_is_over_and_no_longer() {
        Charge charge = charged(3);
        Charging charging = charging();
        charging.round();
        rig.now = charge.until().plus(Charging.GRACE).minusMillis(1);
        charging.round();
        assertThat(reasons()).containsExactly("null");
        rig.now = charge.until().plus(Charging.GRACE);
        charging.round();
        publish();

        assertThat(attested()).hasSize(1);
        assertThat(attested().getFirst().verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(attested().getFirst().reason()).isEqualTo(VerdictReason.NOT_REPEATED);
        assertThat(attested().getFirst().evidence()).isEqualTo(Charge.evidence(charge.answers(), Map.of()));
    }

    @Test
    void what_this_validator_knows_that_it_cannot_do_is_not_waited_for() {
        Charge charge = charged(3);
        charge.answers().forEach(this::notFound);
        charging().round();

        assertThat(reasons()).containsExactly("NOT_REPEATED");
    }

    @Test
    void a_finding_that_was_refused_is_none() {
        Charge charge = charged(3);
        Map<UUID, Finding> findings = found(charge, RIGHT, RIGHT);
        found(charge.answers().getLast(), RIGHT);
        told(charge.answers().getLast(), "409 CONFLICT_STATE: the case is over");
        charging().round();
        publish();

        assertThat(attested().getFirst().reason()).isEqualTo(VerdictReason.NOT_REPEATED);
        assertThat(attested().getFirst().evidence()).isEqualTo(Charge.evidence(charge.answers(), findings));
    }

    @Test
    void its_attestations_are_in_one_chain_with_those_of_challenges_by_when_they_were_judged() {
        challenged();
        rig.now = rig.now.plusSeconds(1);
        found(charged(3), RIGHT, RIGHT, RIGHT);
        charging().round();
        rig.now = rig.now.plusSeconds(1);
        challenged();
        rig.now = rig.now.plusSeconds(1);
        publish();

        assertThat(attested())
                .extracting(Attestation::kind)
                .containsExactly(AttestationKind.COMPUTE, AttestationKind.WORK, AttestationKind.COMPUTE);
        assertThat(attested().getFirst().previous()).isNull();
        assertThat(attested().get(1).previous()).isEqualTo(attested().get(0).digest());
        assertThat(attested().get(2).previous()).isEqualTo(attested().get(1).digest());
    }

    @Test
    void a_chain_goes_on_from_what_the_coordinator_has() {
        found(charged(3), RIGHT, RIGHT, RIGHT);
        Charging charging = charging();
        charging.round();
        publish();
        // as after its restore from a backup
        attested().clear();
        Charge second = charged(3);
        found(second, RIGHT, RIGHT, RIGHT);
        charging.round();
        publish();
        assertThat(attested()).isEmpty();
        publish();

        assertThat(attested()).hasSize(1);
        Attestation again = attested().getFirst();
        assertThat(again.challenge()).isEqualTo(second.id());
        assertThat(again.kind()).isEqualTo(AttestationKind.WORK);
        assertThat(again.previous()).isNull();
        assertThat(again.isSignedBy(31_337, rig.key.address().text())).isTrue();
        assertThat(rig.column("select published_at is not null from validator.attestation order by seq"))
                .containsExactly("t", "f", "t");
    }

    @Test
    void a_charge_that_the_coordinator_knows_nothing_of_any_more_stops_no_other() {
        Charge gone = charged(3);
        found(gone, RIGHT, RIGHT, RIGHT);
        Charging charging = charging();
        charging.round();
        rig.coordinator.charges.clear();
        publish();
        assertThat(rig.text("select refusal from validator.attestation")).startsWith("404");

        found(charged(3), RIGHT, RIGHT, RIGHT);
        charging.round();
        publish();
        assertThat(attested()).hasSize(1);
        assertThat(attested().getFirst().previous()).isNull();
    }

    @Test
    void two_instances_on_one_database_and_one_after_a_kill_say_it_once() {
        Charge charge = charged(3);
        Charging here = charging();
        Charging there = charging();
        here.round();
        there.round();
        found(charge, RIGHT, RIGHT, RIGHT);
        there.round();
        here.round();
        rig.another().publishing().round();
        rig.restart();
        publish();
        charging().round();
        publish();

        assertThat(rig.coordinator.said("/attestation")).hasSize(1);
        assertThat(rig.text("select count(*) from validator.attestation")).isEqualTo("1");
        assertThat(rung).isEqualTo(1);
    }

    @Test
    void while_the_coordinator_is_away_nothing_changes() {
        Charge charge = charged(3);
        Charging charging = charging();
        rig.coordinator.failing = 503;
        assertThatThrownBy(charging::round).isInstanceOf(AwayException.class);
        rig.coordinator.failing = 0;
        found(charge, RIGHT, RIGHT, RIGHT);
        charging.round();
        rig.coordinator.failing = 503;
        assertThatThrownBy(this::publish).isInstanceOf(AwayException.class);
        rig.coordinator.failing = 0;

        // it was taken, and only the answer was lost
        assertThat(attested()).hasSize(1);
        publish();
        assertThat(attested()).hasSize(1);
        assertThat(rig.coordinator.said("/attestation"))
                .hasSize(2)
                .containsOnly(rig.coordinator.said("/attestation").getFirst());
    }

    @Test
    void what_is_no_charge_is_passed_over_and_hides_no_other() {
        String good = Json.text(made(UUID.randomUUID(), 1));
        String node = NODE.address().text();
        String answer = good.substring(good.indexOf('[') + 1, good.lastIndexOf(']'));
        Charging charging = charging();
        for (String odd : List.of(
                "7",
                "{}",
                good.replace("\"id\"", "\"name\""),
                good.replaceFirst("\"node\":\"" + node + "\"", "\"node\":\"0xABC\""),
                good.replaceFirst("\"node\"", "\"miner\""),
                good.replace("\"until\"", "\"perhaps\""),
                good.replaceFirst("\"until\":\"[^\"]+\"", "\"until\":\"9999-12-31T23:59:59Z\""),
                good.replaceFirst("\"until\":\"[^\"]+\"", "\"until\":\"+1000000000-12-31T23:59:59Z\""),
                good.replaceFirst("\"until\":\"[^\"]+\"", "\"until\":\"-1000000000-01-01T00:00:00Z\""),
                good.replace("\"answers\"", "\"questions\""),
                good.replace(answer, ""),
                good.replace(answer, String.join(",", answer, answer, answer, answer, answer, answer)),
                good.replace(answer, "null"),
                good.replace("\"referee\"", "\"case\""),
                good.replace("\"claim\"", "\"proof\""))) {
            rig.coordinator.oddItem = odd;
            charging.round();
            assertThat(rig.column("select document from validator.charge"))
                    .as(odd)
                    .isEmpty();
        }

        Charge charge = charged(3);
        charging.round();
        assertThat(rig.column("select id from validator.charge"))
                .containsExactly(charge.id().toString());
        assertThat(Json.own(rig.text("select document from validator.charge"), Charge.class))
                .isEqualTo(charge);
        rig.coordinator.oddItem = good;
        charging.round();
        assertThat(reasons()).hasSize(2);
    }

    @Test
    void a_charge_under_the_id_of_a_challenge_does_not_take_its_place() {
        challenged();
        UUID id = UUID.fromString(rig.text("select id from validator.challenge"));
        Charge charge = made(id, 3);
        rig.coordinator.charges.put(id, charge);
        found(charge, RIGHT, RIGHT, RIGHT);
        charging().round();
        publish();

        assertThat(reasons()).isEmpty();
        assertThat(attested()).extracting(Attestation::kind).containsExactly(AttestationKind.COMPUTE);
    }

    @Test
    void what_is_over_for_long_is_forgotten_and_not_attested_again_though_it_is_listed() {
        Charge charge = charged(3);
        found(charge, RIGHT, RIGHT, RIGHT);
        Charging charging = charging();
        charging.round();
        publish();
        rig.now = rig.now.plus(Duration.ofDays(31));
        rig.coordinator.attested.clear();
        rig.coordinator.charges.put(charge.id(), made(charge.id(), 3));
        found(charged(3), RIGHT, RIGHT, RIGHT);
        charging.round();
        publish();

        assertThat(rig.column("select id from validator.charge"))
                .hasSize(1)
                .doesNotContain(charge.id().toString());
        assertThat(attested()).hasSize(2);
        assertThat(attested().getLast().challenge()).isNotEqualTo(charge.id());
    }

    @Test
    void what_was_found_is_kept_while_a_charge_that_is_open_rests_on_it() {
        Charge charge = charged(3);
        found(charge, RIGHT, RIGHT);
        Charging charging = charging();
        charging.round();
        rig.database.doInTransaction(connection -> FindingStore.forget(connection, rig.now.plusSeconds(1)));
        assertThat(rig.column("select job_id from validator.finding")).hasSize(2);

        notFound(charge.answers().getLast());
        charging.round();
        assertThat(reasons()).containsExactly("NOT_REPEATED");
        rig.database.doInTransaction(connection -> FindingStore.forget(connection, rig.now.plusSeconds(1)));
        assertThat(rig.column("select job_id from validator.finding")).isEmpty();
    }

    @Test
    void a_coordinator_that_charges_without_end_is_followed_so_far_and_on_as_charges_are_judged() {
        rig.column(
                "insert into validator.charge (id, node, document, until, seen_at)"
                        + " select gen_random_uuid(), ?, ?, ?, ? from generate_series(1, 200) returning id",
                NODE.address().text(),
                Json.text(made(UUID.randomUUID(), 3)),
                ChallengeStore.at(rig.now.plus(Duration.ofMinutes(30))),
                ChallengeStore.at(rig.now));
        Charge charge = charged(3);
        Charging charging = charging();
        charging.round();
        String known = "select id from validator.charge where id = ?";
        assertThat(rig.column(known, charge.id())).isEmpty();

        rig.column("delete from validator.charge where id = (select min(id::text)::uuid from validator.charge)"
                + " returning id");
        charging.round();
        assertThat(rig.column(known, charge.id())).hasSize(1);
    }
}
