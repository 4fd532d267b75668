package io.pithead.miner.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.miner.challenge.core.AnswerPolicy.Refusal;
import io.pithead.miner.testing.Members;
import io.pithead.miner.testing.TestValidator;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Address;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class AnswerPolicyTest {
    private static final Instant NOW = Instant.parse("2026-11-22T02:00:00Z");
    private static final Instant SOON = NOW.plusSeconds(60);
    private static final Address NODE = Members.NODE.address();
    private static final Share SHARE = new Share(2, 1_024, 64, 1, 4);

    private static Challenge challenge(int size) {
        return TestValidator.challenge(NODE, size, SOON);
    }

    private static Optional<Refusal> refusal(Challenge challenge, Share share) {
        return AnswerPolicy.refusal(challenge, NODE, share, SOON, NOW);
    }

    @Test
    void a_challenge_for_this_node_that_fits_and_is_in_time_is_answered() {
        assertThat(refusal(challenge(4_096), SHARE)).isEmpty();
    }

    @Test
    void an_owner_who_gives_no_core_answers_none() {
        assertThat(refusal(challenge(256), new Share(0, 1_024, 64, 1, 4))).contains(Refusal.OFF);
    }

    @Test
    void a_challenge_for_another_node_is_not_answered() {
        assertThat(refusal(TestValidator.challenge(Members.SOMEBODY.address(), 256, SOON), SHARE))
                .contains(Refusal.FOR_ANOTHER_NODE);
    }

    @Test
    void what_the_validator_did_not_sign_is_not_answered() {
        Challenge signed = challenge(256);
        for (ObjectNode changed : new ObjectNode[] {
            ((ObjectNode) Json.toTree(signed)).put("size", 512),
            ((ObjectNode) Json.toTree(signed))
                    .put("validator", Members.SOMEBODY.address().text()),
            ((ObjectNode) Json.toTree(signed)).without("signature")
        }) {
            assertThat(refusal(Json.own(changed.toString(), Challenge.class), SHARE))
                    .contains(Refusal.BAD_SIGNATURE);
        }
    }

    @Test
    void what_takes_more_memory_than_the_owner_gives_is_not_answered() {
        long needs = SHARE.needsMb(4_096, TestValidator.ROWS);
        assertThat(refusal(challenge(4_096), new Share(2, needs, 64, 1, 4))).isEmpty();
        assertThat(refusal(challenge(4_096), new Share(2, needs - 1, 64, 1, 4))).contains(Refusal.TOO_LARGE);
        assertThat(refusal(challenge(65_536), SHARE)).contains(Refusal.TOO_LARGE);
    }

    /** By the figures of the widest one: four gigabytes for a factor, and what 64 rows and two cores take beside. */
    @Test
    void needs_are_those_of_the_factor_and_little_more() {
        assertThat(SHARE.needsMb(65_536, 64)).isBetween(4_096L, 4_500L);
        assertThat(SHARE.needsMb(1, 1)).isLessThan(128);
        assertThat(new Share(3, 0, 64, 1, 4).needsMb(1_024, 1)).isGreaterThan(SHARE.needsMb(1_024, 1));
        assertThat(new Share(2, 0, 512, 1, 4).needsMb(8_192, 1)).isGreaterThan(SHARE.needsMb(8_192, 1));
        assertThat(SHARE.needsMb(65_536, 64)).isGreaterThan(SHARE.needsMb(65_536, 1));
    }

    /** The pages, a sixty-fourth for the tree, and what is opened. */
    @Test
    void memory_takes_what_it_says_and_little_more_and_never_more_than_the_owner_gives() {
        Challenge memory = TestValidator.memory(NODE, 4_096, 1);
        assertThat(SHARE.needsMb(memory)).isBetween(4_096L + 64 + 90, 4_096L + 64 + 150);
        assertThat(refusal(memory, new Share(2, SHARE.needsMb(memory), 64, 1, 4)))
                .isEmpty();
        assertThat(refusal(memory, new Share(2, SHARE.needsMb(memory) - 1, 64, 1, 4)))
                .contains(Refusal.TOO_LARGE);
        assertThat(SHARE.needsMb(TestValidator.memory(NODE, 65_536, 1))).isBetween(66_560L + 90, 66_560L + 150);
        assertThat(SHARE.needsMb(challenge(256))).isEqualTo(SHARE.needsMb(256, TestValidator.ROWS));
    }

    @Test
    void what_is_due_is_not_begun_and_nothing_is_worked_on_for_ever() {
        assertThat(AnswerPolicy.refusal(challenge(256), NODE, SHARE, SOON, SOON))
                .contains(Refusal.TOO_LATE);
        assertThat(AnswerPolicy.until(SOON, NOW)).isEqualTo(SOON);
        assertThat(AnswerPolicy.until(NOW.plus(Duration.ofDays(300)), NOW)).isEqualTo(NOW.plus(AnswerPolicy.LONGEST));
        assertThat(AnswerPolicy.silentUntil(SOON, NOW)).isEqualTo(SOON.plus(AnswerPolicy.LONGEST_SILENCE));
        assertThat(AnswerPolicy.silentUntil(NOW.plus(Duration.ofDays(300)), NOW))
                .isEqualTo(NOW.plus(AnswerPolicy.LONGEST).plus(AnswerPolicy.LONGEST_SILENCE));
    }

    @Test
    void only_the_validator_asks_and_only_after_this_commitment() {
        Challenge challenge = challenge(256);
        var commitment = new Commitment(challenge.id(), challenge.digest(), "ab".repeat(32), null);
        var other = new Commitment(challenge.id(), challenge.digest(), "cd".repeat(32), null);
        Question question = TestValidator.question(challenge, commitment, TestValidator.KEY);
        assertThat(AnswerPolicy.isOf(challenge, commitment, question)).isTrue();
        assertThat(AnswerPolicy.isOf(challenge, other, question)).isFalse();
        assertThat(AnswerPolicy.isOf(
                        challenge, commitment, TestValidator.question(challenge, commitment, Members.SOMEBODY)))
                .isFalse();
        var elsewhere = new Question(
                        UUID.randomUUID(), commitment.digest(), question.question(), question.openBy(), null)
                .signed(challenge.chain(), TestValidator.KEY);
        assertThat(AnswerPolicy.isOf(challenge, commitment, elsewhere)).isFalse();
    }

    @Test
    void a_file_is_bounded_by_the_owners_disk_and_takes_little_memory() {
        Challenge file = TestValidator.storage(NODE, 512);
        assertThat(new Share(2, 256, 64, 512, 4).hasRoomFor(file)).isTrue();
        assertThat(new Share(2, 256, 64, 511, 4).hasRoomFor(file)).isFalse();
        assertThat(new Share(2, 64, 64, 512, 4).hasRoomFor(file)).isFalse();
    }

    /** In a day, however it is dealt; what is older than a day is forgotten. */
    @Test
    void a_line_is_bounded_by_the_owners_day() {
        Challenge line = TestValidator.line(NODE, "ab".repeat(32), 3);
        assertThat(SHARE.hasRoomFor(line)).isTrue();
        Fetched once = Fetched.NOTHING.with(3, NOW);
        assertThat(SHARE.less(once.mib(NOW.plusSeconds(86_399))).hasRoomFor(line))
                .isFalse();
        assertThat(SHARE.less(once.mib(NOW.plusSeconds(86_400))).hasRoomFor(line))
                .isTrue();
        assertThat(once.with(2, NOW.plusSeconds(86_400)).all()).hasSize(1);
    }

    @Test
    void a_container_takes_no_more_memory_than_the_owner_gives() {
        Challenge container = TestValidator.container(NODE);
        assertThat(new Share(1, 48, 64, 0, 0).hasRoomFor(container)).isTrue();
        assertThat(new Share(1, 47, 64, 0, 0).hasRoomFor(container)).isFalse();
    }

    @Test
    void the_node_says_what_it_answers() {
        assertThat(new Share(2, 256, 64, 512, 4).kinds()).containsExactly(ChallengeKind.values());
        assertThat(new Share(2, 256, 64, 0, 0).kinds())
                .containsExactly(ChallengeKind.COMPUTE, ChallengeKind.MEMORY, ChallengeKind.CONTAINER);
        assertThat(new Share(0, 256, 64, 512, 4).kinds()).isEmpty();
    }
}
