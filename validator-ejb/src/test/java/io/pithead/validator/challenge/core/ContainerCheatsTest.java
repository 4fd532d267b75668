package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.ContainerFacts;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Each thing that a node could say instead of what a container said, but for calculating it: that is right, and nobody can tell. */
class ContainerCheatsTest {
    private static final int MIB = 48;
    private static final UUID ID = UUID.nameUUIDFromBytes(new byte[] {1});

    private final Challenge challenge = asked(Story.NODE, ID, "the nonce");
    private final String right = said(challenge);

    private static Challenge asked(WalletKey node, UUID id, String nonce) {
        return new Challenge(
                id,
                Story.CHAIN,
                Story.VALIDATOR.address().text(),
                node.address().text(),
                ChallengeKind.CONTAINER,
                MIB,
                1,
                Story.bytes32(nonce),
                Story.ISSUED,
                Story.COMMIT_BY,
                null);
    }

    private static String said(Challenge challenge) {
        return String.join("\n", ContainerFacts.wanted(challenge)) + "\n";
    }

    private static List<OpenedRow> opened(String facts) {
        return List.of(OpenedRow.of(0, ContainerFacts.page(facts)));
    }

    private Optional<VerdictReason> told(String facts) {
        return told(ContainerFacts.digest(challenge, facts), opened(facts));
    }

    private Optional<VerdictReason> told(String root, List<OpenedRow> rows) {
        return told(
                new Commitment(challenge.id(), challenge.digest(), root, null).signed(Story.CHAIN, Story.NODE),
                rows,
                Story.NODE);
    }

    private Optional<VerdictReason> told(Commitment commitment, List<OpenedRow> rows, WalletKey opener) {
        Question question = Story.question(challenge, commitment, "question").signed(Story.CHAIN, Story.VALIDATOR);
        return Judge.fault(
                challenge.signed(Story.VALIDATOR),
                new Answers(
                        commitment,
                        Story.ISSUED.plusSeconds(30),
                        question,
                        new Opening(challenge.id(), question.digest(), rows, null).signed(Story.CHAIN, opener),
                        Story.ISSUED.plusSeconds(70)));
    }

    @Test
    void what_a_closed_in_container_said_passes_in_any_order() {
        assertThat(told(right)).isEmpty();
        assertThat(told(String.join("\n", right.lines().toList().reversed()))).isEmpty();
    }

    /** Before it knew the nonce, or without making anything of it. */
    @Test
    void a_digest_that_was_not_made_of_this_challenge() {
        for (String root : List.of(
                "00".repeat(32),
                challenge.nonce(),
                Digests.sha256Hex(challenge.seed()),
                Digests.sha256Hex(right.getBytes(StandardCharsets.UTF_8)),
                ContainerFacts.digest(asked(Story.NODE, ID, "a guessed nonce"), right))) {
            assertThat(told(root, opened(right))).hasValue(VerdictReason.WRONG_DIGEST);
        }
    }

    @Test
    void an_older_answer_and_another_nodes_signed_anew() {
        for (Challenge other : List.of(
                asked(Story.NODE, UUID.randomUUID(), "the nonce"),
                asked(Story.NODE, ID, "an older nonce"),
                asked(Story.OTHER_NODE, ID, "the nonce"))) {
            String facts = said(other);
            assertThat(told(ContainerFacts.digest(other, facts), opened(facts))).hasValue(VerdictReason.WRONG_DIGEST);
        }
    }

    @Test
    void facts_that_are_not_the_ones_committed_to() {
        assertThat(told(ContainerFacts.digest(challenge, right.replace("Pid:1", "Pid:7")), opened(right)))
                .hasValue(VerdictReason.WRONG_DIGEST);
    }

    @Test
    void a_container_that_is_not_closed_in_or_has_other_limits() {
        for (String line : ContainerFacts.wanted(challenge)) {
            String name = line.substring(0, line.indexOf(':') + 1);
            assertThat(told(right.replace(line, name + "2222"))).as(line).hasValue(VerdictReason.WRONG_FACTS);
            assertThat(told(right.replace(line + "\n", ""))).as(line).hasValue(VerdictReason.WRONG_FACTS);
        }
        assertThat(told(right.replace("pids:" + ContainerFacts.pids(challenge), "pids:max")))
                .hasValue(VerdictReason.WRONG_FACTS);
        assertThat(told(right + "root:writable\n")).hasValue(VerdictReason.WRONG_FACTS);
        assertThat(told("")).hasValue(VerdictReason.WRONG_FACTS);
    }

    @Test
    void other_rows_lengths_and_paths() {
        OpenedRow said = opened(right).getFirst();
        String root = ContainerFacts.digest(challenge, right);
        assertThat(told(root, List.of())).hasValue(VerdictReason.WRONG_ROWS);
        assertThat(told(root, List.of(said, said))).hasValue(VerdictReason.WRONG_ROWS);
        assertThat(told(root, List.of(new OpenedRow(1, said.values(), List.of()))))
                .hasValue(VerdictReason.WRONG_ROWS);
        assertThat(told(root, List.of(new OpenedRow(0, said.values(), List.of("ab".repeat(32))))))
                .hasValue(VerdictReason.WRONG_PATH);
    }

    @Test
    void an_answer_that_is_too_long_too_short_or_no_text() {
        String root = ContainerFacts.digest(challenge, right);
        for (int bytes : new int[] {0, ContainerFacts.BYTES - 4, ContainerFacts.BYTES + 4, 1 << 17}) {
            assertThat(told(root, List.of(OpenedRow.of(0, new byte[bytes])))).hasValue(VerdictReason.WRONG_SHAPE);
        }
        byte[] odd = ContainerFacts.page(right);
        odd[3] = 0;
        assertThat(told(root, List.of(OpenedRow.of(0, odd)))).hasValue(VerdictReason.WRONG_SHAPE);
    }

    /** It is the node's own word, and nothing against it: but nothing for it either. */
    @Test
    void a_node_that_says_that_none_runs_is_neither_right_nor_wrong() {
        assertThat(told(ContainerFacts.none("the engine does not answer"))).hasValue(VerdictReason.NO_CONTAINER);
        assertThat(told("00".repeat(32), opened(ContainerFacts.none("the engine does not answer"))))
                .hasValue(VerdictReason.WRONG_DIGEST);
    }

    @Test
    void another_nodes_signature_and_an_old_answer_say_nothing_of_this_one() {
        var own = new Commitment(challenge.id(), challenge.digest(), ContainerFacts.digest(challenge, right), null);
        assertThat(told(own.signed(Story.CHAIN, Story.OTHER_NODE), opened(right), Story.NODE))
                .hasValue(VerdictReason.NOT_SIGNED_BY_NODE);
        assertThat(told(own.signed(Story.CHAIN, Story.NODE), opened(right), Story.OTHER_NODE))
                .hasValue(VerdictReason.NOT_SIGNED_BY_NODE);
        Challenge old = asked(Story.NODE, UUID.randomUUID(), "an older nonce");
        var answer = new Commitment(old.id(), old.digest(), ContainerFacts.digest(old, said(old)), null);
        assertThat(told(answer.signed(Story.CHAIN, Story.NODE), opened(said(old)), Story.NODE))
                .hasValue(VerdictReason.OTHER_CHALLENGE);
    }

    @Test
    void what_comes_too_late_or_never_says_nothing() {
        Challenge issued = challenge.signed(Story.VALIDATOR);
        Commitment commitment = new Commitment(
                        challenge.id(), challenge.digest(), ContainerFacts.digest(challenge, right), null)
                .signed(Story.CHAIN, Story.NODE);
        assertThat(Judge.fault(issued, Answers.NONE)).hasValue(VerdictReason.NO_COMMITMENT);
        assertThat(Judge.fault(issued, new Answers(commitment, Story.COMMIT_BY.plusMillis(1), null, null, null)))
                .hasValue(VerdictReason.NO_COMMITMENT);
        assertThat(Judge.fault(issued, new Answers(commitment, Story.COMMIT_BY, null, null, null)))
                .hasValue(VerdictReason.NO_OPENING);
    }
}
