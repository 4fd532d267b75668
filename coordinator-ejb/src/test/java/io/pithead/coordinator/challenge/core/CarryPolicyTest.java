package io.pithead.coordinator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.challenge.Parties;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.challenge.VerdictReason;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class CarryPolicyTest {
    private static final long CHAIN = 31_337;
    private static final Instant NOW = Instant.parse("2026-11-22T06:00:00Z");
    private static final Instant LATER = NOW.plus(Duration.ofMinutes(30));
    private static final Parties PARTIES = new Parties(CHAIN);
    private static final Parties OTHERS = new Parties(CHAIN);
    private static final Challenge CHALLENGE = PARTIES.challenge(NOW);
    private static final Commitment COMMITMENT = PARTIES.commitment(CHALLENGE);
    private static final Question QUESTION = PARTIES.question(COMMITMENT, NOW.plusSeconds(60));
    private static final Opening OPENING = PARTIES.opening(CHALLENGE, QUESTION);
    private static final Attestation ATTESTATION = PARTIES.attestation(CHALLENGE, null);

    private static Carried carried(ChallengeState state) {
        int messages = state == ChallengeState.CLOSED || state == ChallengeState.JUDGED ? 3 : state.ordinal();
        return new Carried(
                state,
                CHALLENGE,
                NOW,
                messages > 0 ? COMMITMENT : null,
                messages > 0 ? NOW : null,
                messages > 1 ? QUESTION : null,
                messages > 2 ? OPENING.digest() : null,
                messages > 2 ? NOW : null,
                state == ChallengeState.JUDGED ? ATTESTATION : null);
    }

    /** One that was closed before the node said anything. */
    private static Carried closedAtOnce() {
        return new Carried(ChallengeState.CLOSED, CHALLENGE, null, null, null, null, null, null, null);
    }

    private static void wrong(Step step, String member) {
        assertThat(step)
                .isInstanceOfSatisfying(
                        Step.Wrong.class, wrong -> assertThat(wrong.member()).isEqualTo(member));
    }

    private static String kind(Step step) {
        return step instanceof Step.Taken taken
                ? taken.next().name()
                : step.getClass().getSimpleName();
    }

    // Each message in each state: taken in one, the same again afterwards, a conflict before

    @ParameterizedTest
    @CsvSource({
        "OFFERED, COMMITTED, Conflict, Conflict, JUDGED",
        "COMMITTED, Same, ASKED, Conflict, JUDGED",
        "ASKED, Same, Same, OPENED, JUDGED",
        "OPENED, Same, Same, Same, JUDGED",
        "CLOSED, Same, Same, Same, JUDGED",
        "JUDGED, Same, Same, Same, Same"
    })
    void a_message_is_taken_at_its_turn(
            ChallengeState state, String commitment, String question, String opening, String attestation) {
        Carried carried = carried(state);
        assertThat(kind(CarryPolicy.commit(carried, COMMITMENT, NOW))).isEqualTo(commitment);
        assertThat(kind(CarryPolicy.ask(carried, QUESTION, NOW))).isEqualTo(question);
        assertThat(kind(CarryPolicy.open(carried, OPENING, NOW))).isEqualTo(opening);
        assertThat(kind(CarryPolicy.attest(carried, ATTESTATION, null))).isEqualTo(attestation);
    }

    @Test
    void nothing_more_is_said_of_one_that_was_closed_but_the_attestation() {
        assertThat(CarryPolicy.commit(closedAtOnce(), COMMITMENT, NOW)).isInstanceOf(Step.Conflict.class);
        assertThat(CarryPolicy.ask(closedAtOnce(), QUESTION, NOW)).isInstanceOf(Step.Conflict.class);
        assertThat(CarryPolicy.open(closedAtOnce(), OPENING, NOW)).isInstanceOf(Step.Conflict.class);
        assertThat(CarryPolicy.attest(closedAtOnce(), ATTESTATION, null))
                .isEqualTo(new Step.Taken(ChallengeState.JUDGED));
    }

    @ParameterizedTest
    @EnumSource(
            value = ChallengeState.class,
            names = {"COMMITTED", "ASKED", "OPENED", "JUDGED", "CLOSED"})
    void who_says_two_things_is_heard_once(ChallengeState state) {
        Commitment other =
                new Commitment(CHALLENGE.id(), CHALLENGE.digest(), Parties.bytes32(), null).signed(CHAIN, PARTIES.node);
        assertThat(CarryPolicy.commit(carried(state), other, NOW)).isInstanceOf(Step.Conflict.class);
        if (state != ChallengeState.COMMITTED) {
            Question another = PARTIES.question(COMMITMENT, NOW.plusSeconds(60));
            assertThat(CarryPolicy.ask(carried(state), another, NOW)).isInstanceOf(Step.Conflict.class);
        }
        if (state == ChallengeState.JUDGED) {
            Attestation second = PARTIES.attestation(CHALLENGE, ATTESTATION.digest());
            assertThat(CarryPolicy.attest(carried(state), second, ATTESTATION.digest()))
                    .isInstanceOf(Step.Conflict.class);
        }
    }

    // Times

    @Test
    void a_challenge_has_a_deadline_ahead_and_none_takes_a_node_for_long() {
        assertThat(CarryPolicy.offer(CHALLENGE, NOW)).isEqualTo(new Step.Taken(ChallengeState.OFFERED));
        wrong(CarryPolicy.offer(PARTIES.challenge(NOW, Duration.ZERO), NOW), "commit_by");
        assertThat(CarryPolicy.offer(PARTIES.challenge(NOW, CarryPolicy.MAX_TIME), NOW))
                .isInstanceOf(Step.Taken.class);
        wrong(CarryPolicy.offer(PARTIES.challenge(NOW, CarryPolicy.MAX_TIME.plusMillis(1)), NOW), "commit_by");
    }

    @Test
    void so_has_a_question() {
        Carried carried = carried(ChallengeState.COMMITTED);
        wrong(CarryPolicy.ask(carried, PARTIES.question(COMMITMENT, NOW), NOW), "open_by");
        Instant latest = NOW.plus(CarryPolicy.MAX_TIME);
        assertThat(CarryPolicy.ask(carried, PARTIES.question(COMMITMENT, latest), NOW))
                .isInstanceOf(Step.Taken.class);
        wrong(CarryPolicy.ask(carried, PARTIES.question(COMMITMENT, latest.plusMillis(1)), NOW), "open_by");
    }

    @Test
    void an_answer_that_comes_late_is_none_and_one_that_came_in_time_may_come_again() {
        assertThat(CarryPolicy.commit(carried(ChallengeState.OFFERED), COMMITMENT, CHALLENGE.commitBy()))
                .isInstanceOf(Step.Conflict.class);
        assertThat(CarryPolicy.commit(carried(ChallengeState.COMMITTED), COMMITMENT, LATER))
                .isEqualTo(new Step.Same());
        assertThat(CarryPolicy.open(carried(ChallengeState.ASKED), OPENING, QUESTION.openBy()))
                .isInstanceOf(Step.Conflict.class);
        assertThat(CarryPolicy.open(carried(ChallengeState.OPENED), OPENING, LATER))
                .isEqualTo(new Step.Same());
    }

    @Test
    void an_opening_is_not_read_when_it_cannot_be_taken() {
        assertThat(CarryPolicy.beforeOpening(carried(ChallengeState.OFFERED), NOW))
                .isPresent();
        assertThat(CarryPolicy.beforeOpening(carried(ChallengeState.COMMITTED), NOW))
                .isPresent();
        assertThat(CarryPolicy.beforeOpening(carried(ChallengeState.ASKED), NOW))
                .isEmpty();
        assertThat(CarryPolicy.beforeOpening(carried(ChallengeState.ASKED), LATER))
                .isPresent();
        assertThat(CarryPolicy.beforeOpening(carried(ChallengeState.OPENED), LATER))
                .isEmpty();
        assertThat(CarryPolicy.beforeOpening(carried(ChallengeState.JUDGED), LATER))
                .isEmpty();
    }

    // Signatures and what is answered

    @Test
    void nobody_speaks_for_another() {
        wrong(CarryPolicy.offer(PARTIES.unsigned(NOW, Duration.ofMinutes(1)), NOW), "signature");
        wrong(
                CarryPolicy.offer(PARTIES.unsigned(NOW, Duration.ofMinutes(1)).signed(OTHERS.validator), NOW),
                "signature");
        var byValidator = new Commitment(CHALLENGE.id(), CHALLENGE.digest(), COMMITMENT.root(), null)
                .signed(CHAIN, PARTIES.validator);
        wrong(CarryPolicy.commit(carried(ChallengeState.OFFERED), byValidator, NOW), "signature");
        var byNode = new Question(CHALLENGE.id(), COMMITMENT.digest(), QUESTION.question(), QUESTION.openBy(), null)
                .signed(CHAIN, PARTIES.node);
        wrong(CarryPolicy.ask(carried(ChallengeState.COMMITTED), byNode, NOW), "signature");
        var byOther = new Opening(CHALLENGE.id(), QUESTION.digest(), OPENING.rows(), null).signed(CHAIN, OTHERS.node);
        wrong(CarryPolicy.open(carried(ChallengeState.ASKED), byOther, NOW), "signature");
        wrong(CarryPolicy.attest(carried(ChallengeState.OPENED), ATTESTATION.signed(PARTIES.node), null), "signature");
    }

    @Test
    void a_signature_for_another_chain_is_none_here() {
        var elsewhere = new Commitment(CHALLENGE.id(), CHALLENGE.digest(), COMMITMENT.root(), null)
                .signed(CHAIN + 1, PARTIES.node);
        wrong(CarryPolicy.commit(carried(ChallengeState.OFFERED), elsewhere, NOW), "signature");
    }

    @Test
    void a_message_answers_the_one_before_of_this_challenge() {
        UUID other = UUID.randomUUID();
        String digest = Parties.bytes32();
        wrong(
                CarryPolicy.commit(
                        carried(ChallengeState.OFFERED),
                        new Commitment(other, CHALLENGE.digest(), digest, null).signed(CHAIN, PARTIES.node),
                        NOW),
                "challenge");
        wrong(
                CarryPolicy.commit(
                        carried(ChallengeState.OFFERED),
                        new Commitment(CHALLENGE.id(), digest, digest, null).signed(CHAIN, PARTIES.node),
                        NOW),
                "answers");
        wrong(
                CarryPolicy.ask(
                        carried(ChallengeState.COMMITTED),
                        new Question(CHALLENGE.id(), digest, digest, QUESTION.openBy(), null)
                                .signed(CHAIN, PARTIES.validator),
                        NOW),
                "commitment");
        wrong(
                CarryPolicy.open(
                        carried(ChallengeState.ASKED),
                        new Opening(CHALLENGE.id(), digest, OPENING.rows(), null).signed(CHAIN, PARTIES.node),
                        NOW),
                "question");
    }

    // Attestations

    @Test
    void an_attestation_is_of_what_was_asked() {
        Challenge other = OTHERS.challenge(NOW);
        wrong(attest(unlike(other.id(), CHAIN, CHALLENGE.node(), 8, 3)), "challenge");
        wrong(attest(unlike(CHALLENGE.id(), CHAIN, other.node(), 8, 3)), "node");
        wrong(attest(unlike(CHALLENGE.id(), CHAIN, CHALLENGE.node(), 9, 3)), "size");
        wrong(attest(unlike(CHALLENGE.id(), CHAIN, CHALLENGE.node(), 8, 4)), "rows");
        // signed in another chain's domain, so the signature is wrong before the member is
        wrong(attest(unlike(CHALLENGE.id(), CHAIN + 1, CHALLENGE.node(), 8, 3)), "signature");
    }

    private static Step attest(Attestation attestation) {
        return CarryPolicy.attest(carried(ChallengeState.OPENED), attestation, null);
    }

    private static Attestation unlike(UUID challenge, long chain, String node, int size, int rows) {
        return new Attestation(
                        challenge,
                        chain,
                        CHALLENGE.validator(),
                        node,
                        AttestationKind.COMPUTE,
                        size,
                        rows,
                        Verdict.INVALID,
                        VerdictReason.WRONG_PRODUCT,
                        null,
                        null,
                        Parties.bytes32(),
                        null,
                        NOW,
                        LATER,
                        null)
                .signed(PARTIES.validator);
    }

    @Test
    void each_attestation_follows_the_newest() {
        String newest = Parties.bytes32();
        assertThat(follows(newest, newest)).isEqualTo(new Step.Taken(ChallengeState.JUDGED));
        assertThat(follows(null, newest)).isInstanceOf(Step.Conflict.class);
        assertThat(follows(Parties.bytes32(), newest)).isInstanceOf(Step.Conflict.class);
        assertThat(follows(newest, null)).isInstanceOf(Step.Conflict.class);
    }

    private static Step follows(@Nullable String previous, @Nullable String newest) {
        return CarryPolicy.attest(carried(ChallengeState.OPENED), PARTIES.attestation(CHALLENGE, previous), newest);
    }
}
