package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.ProofClaim;
import io.pithead.protocol.signing.WalletKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each thing that a coordinator could do to have a node that did nothing wrong look as if it had. */
class ChargeJudgeTest {
    private static final String REQUEST = Story.bytes32("the request");
    private static final String SAID = Story.bytes32("what the node says comes of it");
    private static final String FOUND = Story.bytes32("what comes of it");

    private final List<Charge.Answer> answers = new ArrayList<>();
    private final Map<UUID, Finding> findings = new HashMap<>();

    private static ProofClaim claim(
            UUID job, long lease, WalletKey node, @Nullable String request, String output, WalletKey signer) {
        String address = node.address().text();
        var unsigned = new ProofClaim(job, lease, address, output, request, null, null, null);
        return new ProofClaim(job, lease, address, output, request, null, null, unsigned.signatureOf(signer));
    }

    /** One of the node's own. */
    private static ProofClaim claim(String output) {
        return claim(UUID.randomUUID(), 1, Story.NODE, REQUEST, output, Story.NODE);
    }

    private static Finding finding(UUID referee) {
        return new Finding(
                        referee,
                        Story.CHAIN,
                        Story.VALIDATOR.address().text(),
                        FOUND,
                        REQUEST,
                        Story.ISSUED.plusSeconds(60),
                        null)
                .signed(Story.VALIDATOR);
    }

    private ChargeJudgeTest repeated(ProofClaim... claims) {
        for (ProofClaim claim : claims) {
            UUID referee = UUID.randomUUID();
            answers.add(new Charge.Answer(referee, claim));
            findings.put(referee, finding(referee));
        }
        return this;
    }

    private ChargeJudgeTest wrong(int count) {
        for (int i = 0; i < count; i++) {
            repeated(claim(SAID));
        }
        return this;
    }

    private ChargeJudgeTest right(int count) {
        for (int i = 0; i < count; i++) {
            repeated(claim(FOUND));
        }
        return this;
    }

    private ChargeJudgeTest unknown(int count) {
        for (int i = 0; i < count; i++) {
            answers.add(new Charge.Answer(UUID.randomUUID(), claim(SAID)));
        }
        return this;
    }

    private Charge charge() {
        return new Charge(
                UUID.randomUUID(),
                Story.NODE.address().text(),
                Story.ISSUED,
                Story.ISSUED.plus(Duration.ofMinutes(30)),
                answers);
    }

    private VerdictReason judged() {
        return ChargeJudge.judge(charge(), findings);
    }

    @Test
    void three_that_are_wrong_are_enough_whatever_the_others_are() {
        assertThat(wrong(3).judged()).isEqualTo(VerdictReason.WRONG_WORK);
        assertThat(right(1).unknown(1).judged()).isEqualTo(VerdictReason.WRONG_WORK);
    }

    @Test
    void so_many_that_are_right_that_no_three_can_be_wrong_are_enough_too() {
        assertThat(right(1).wrong(2).judged()).isEqualTo(VerdictReason.NOT_CONFIRMED);
        assertThat(right(2).judged()).isEqualTo(VerdictReason.NOT_CONFIRMED);
    }

    @Test
    void a_charge_of_two_answers_is_never_confirmed() {
        assertThat(wrong(2).judged()).isEqualTo(VerdictReason.NOT_CONFIRMED);
    }

    @Test
    void what_the_unknown_ones_could_change_is_not_known() {
        assertThat(wrong(2).unknown(1).judged()).isEqualTo(VerdictReason.NOT_REPEATED);
        assertThat(right(1).judged()).isEqualTo(VerdictReason.NOT_REPEATED);
        assertThat(right(1).judged()).isEqualTo(VerdictReason.NOT_REPEATED);
    }

    @Test
    void of_three_right_ones_two_unknown_ones_change_nothing() {
        assertThat(right(3).unknown(2).judged()).isEqualTo(VerdictReason.NOT_CONFIRMED);
    }

    @Test
    void what_the_node_did_not_sign_is_none_of_its_answers() {
        wrong(2).repeated(claim(UUID.randomUUID(), 1, Story.NODE, REQUEST, SAID, Story.OTHER_NODE));

        assertThat(judged()).isEqualTo(VerdictReason.NOT_REPEATED);
    }

    @Test
    void what_nobody_signed_is_none_of_its_answers() {
        String node = Story.NODE.address().text();
        wrong(2).repeated(new ProofClaim(UUID.randomUUID(), 1L, node, SAID, REQUEST, null, null, null));

        assertThat(judged()).isEqualTo(VerdictReason.NOT_REPEATED);
    }

    @Test
    void an_answer_that_was_right_and_was_changed_on_the_way_is_none() {
        ProofClaim right = claim(FOUND);
        wrong(2).repeated(new ProofClaim(
                right.job(), right.lease(), right.node(), SAID, right.requestSha(), null, null, right.signature()));

        assertThat(judged()).isEqualTo(VerdictReason.NOT_REPEATED);
    }

    @Test
    void what_another_node_did_wrong_is_held_against_that_one() {
        wrong(2).repeated(claim(UUID.randomUUID(), 1, Story.OTHER_NODE, REQUEST, SAID, Story.OTHER_NODE));

        assertThat(judged()).isEqualTo(VerdictReason.NOT_REPEATED);
    }

    @Test
    void what_the_node_signed_in_anothers_name_is_no_answer_of_its_own() {
        wrong(2).repeated(claim(UUID.randomUUID(), 1, Story.OTHER_NODE, REQUEST, SAID, Story.NODE));

        assertThat(judged()).isEqualTo(VerdictReason.NOT_REPEATED);
    }

    @Test
    void what_the_node_was_not_asked_it_did_not_do_wrong() {
        wrong(2).repeated(claim(UUID.randomUUID(), 1, Story.NODE, Story.bytes32("another"), SAID, Story.NODE));

        assertThat(judged()).isEqualTo(VerdictReason.NOT_REPEATED);
    }

    @Test
    void a_node_that_did_not_name_what_it_was_asked_may_have_been_asked_anything() {
        wrong(2).repeated(claim(UUID.randomUUID(), 1, Story.NODE, null, SAID, Story.NODE));

        assertThat(judged()).isEqualTo(VerdictReason.NOT_REPEATED);
    }

    @Test
    void one_answer_is_one_however_often_it_is_listed() {
        ProofClaim once = claim(SAID);
        repeated(once, once, once);

        assertThat(judged()).isEqualTo(VerdictReason.NOT_REPEATED);
    }

    @Test
    void attempts_of_one_job_are_one_answer() {
        UUID job = UUID.randomUUID();
        for (long lease = 1; lease <= 3; lease++) {
            repeated(claim(job, lease, Story.NODE, REQUEST, SAID, Story.NODE));
        }

        assertThat(judged()).isEqualTo(VerdictReason.NOT_REPEATED);
    }

    @Test
    void what_is_not_the_nodes_own_does_not_clear_it() {
        ProofClaim forged = claim(UUID.randomUUID(), 1, Story.NODE, REQUEST, FOUND, Story.OTHER_NODE);
        ProofClaim once = claim(FOUND);
        right(2).unknown(2).repeated(forged);
        assertThat(judged()).isEqualTo(VerdictReason.NOT_REPEATED);

        answers.clear();
        unknown(2).repeated(once, once, once);
        assertThat(judged()).isEqualTo(VerdictReason.NOT_REPEATED);
    }

    @Test
    void an_answer_counts_though_somebody_elses_is_listed_as_of_the_same_job_before_it() {
        ProofClaim own = claim(SAID);
        ProofClaim forged = claim(own.job(), 1, Story.NODE, REQUEST, SAID, Story.OTHER_NODE);

        assertThat(repeated(forged, own).wrong(2).judged()).isEqualTo(VerdictReason.WRONG_WORK);
    }

    @Test
    void work_that_is_right_makes_nobody_valid() {
        Attestation attestation = attested(right(5).judged());

        assertThat(attestation.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(attestation.reason()).isEqualTo(VerdictReason.NOT_CONFIRMED);
    }

    @Test
    void an_attestation_of_a_charge_says_how_many_answers_there_were_and_how_many_are_enough() {
        Attestation attestation = attested(wrong(4).judged());

        assertThat(attestation.kind()).isEqualTo(AttestationKind.WORK);
        assertThat(attestation.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(attestation.node()).isEqualTo(Story.NODE.address().text());
        assertThat(attestation.size()).isEqualTo(4);
        assertThat(attestation.rows()).isEqualTo(3);
        assertThat(attestation.tookMs()).isNull();
        assertThat(attestation.timing()).isNull();
        assertThat(attestation.expiresAt()).isEqualTo(Story.ISSUED.plus(Duration.ofDays(7)));
    }

    private Attestation attested(VerdictReason reason) {
        Charge charge = charge();
        return ChargeJudge.attest(
                charge,
                reason,
                Charge.evidence(charge.answers(), findings),
                Story.CHAIN,
                Story.VALIDATOR.address().text(),
                null,
                Story.ISSUED,
                Duration.ofDays(7));
    }
}
