package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each thing that a node could do instead of fetching a stream and sending some of it back. */
class NetworkCheatsTest {
    private static final int BLOCKS = 4;
    private static final String KEY = Story.bytes32("the key");

    private final NetworkStream stream = new NetworkStream(KEY);
    private final Challenge challenge = line(Story.NODE, UUID.nameUUIDFromBytes(new byte[] {1}), stream);

    private static Challenge line(WalletKey node, UUID id, NetworkStream stream) {
        return new Challenge(
                id,
                Story.CHAIN,
                Story.VALIDATOR.address().text(),
                node.address().text(),
                ChallengeKind.NETWORK,
                1,
                BLOCKS,
                stream.nonce(1),
                Story.ISSUED,
                Story.COMMIT_BY,
                null);
    }

    private Commitment commitment(String root) {
        return new Commitment(challenge.id(), challenge.digest(), root, null);
    }

    private List<OpenedRow> right(Question question) {
        return Arrays.stream(Asked.rows(challenge, question))
                .mapToObj(block -> OpenedRow.of(block, stream.block(block)))
                .toList();
    }

    private Optional<VerdictReason> told(String root, UnaryOperator<List<OpenedRow>> cheat) {
        return told(commitment(root).signed(Story.CHAIN, Story.NODE), KEY, Story.NODE, cheat);
    }

    private Optional<VerdictReason> told(
            Commitment commitment, String key, WalletKey opener, UnaryOperator<List<OpenedRow>> cheat) {
        Challenge issued = challenge.signed(Story.VALIDATOR);
        Question question = new Question(challenge.id(), commitment.digest(), key, Story.OPEN_BY, null)
                .signed(Story.CHAIN, Story.VALIDATOR);
        var opened = new Opening(challenge.id(), question.digest(), cheat.apply(right(question)), null);
        return Judge.fault(
                issued,
                new Answers(
                        commitment,
                        Story.ISSUED.plusSeconds(30),
                        question,
                        opened.signed(Story.CHAIN, opener),
                        Story.ISSUED.plusSeconds(70)));
    }

    private Optional<VerdictReason> sent(UnaryOperator<List<OpenedRow>> cheat) {
        return told(stream.root(challenge), cheat);
    }

    @Test
    void whoever_fetches_all_of_it_and_sends_back_what_is_asked_for_passes() {
        assertThat(sent(rows -> rows)).isEmpty();
    }

    @Test
    void a_commitment_without_the_stream() {
        for (String root : List.of(
                "00".repeat(32),
                Story.bytes32("anything"),
                // what the challenge itself says
                challenge.nonce(),
                Digests.sha256Hex(challenge.seed()))) {
            assertThat(told(root, rows -> rows)).hasValue(VerdictReason.WRONG_STREAM);
        }
    }

    @Test
    void all_but_the_end_of_it() {
        var digest = NetworkStream.held(challenge);
        for (int i = 0; i < NetworkStream.PER_MIB - 1; i++) {
            digest.update(stream.block(i));
        }
        digest.update(new byte[NetworkStream.BLOCK]);
        assertThat(told(HexFormat.of().formatHex(digest.digest()), rows -> rows))
                .hasValue(VerdictReason.WRONG_STREAM);
    }

    @Test
    void an_older_stream() {
        assertThat(told(new NetworkStream(Story.bytes32("an older key")).root(challenge), rows -> rows))
                .hasValue(VerdictReason.WRONG_STREAM);
    }

    /** The same stream's digest of another node, or of another challenge of its own: nobody can hand it on. */
    @Test
    void another_nodes_and_another_challenges_commitment() {
        for (Challenge other :
                List.of(line(Story.OTHER_NODE, challenge.id(), stream), line(Story.NODE, UUID.randomUUID(), stream))) {
            assertThat(told(stream.root(other), rows -> rows)).hasValue(VerdictReason.WRONG_STREAM);
        }
    }

    @Test
    void another_nodes_signature_says_nothing_of_this_one() {
        assertThat(told(
                        commitment(stream.root(challenge)).signed(Story.CHAIN, Story.OTHER_NODE),
                        KEY,
                        Story.NODE,
                        rows -> rows))
                .hasValue(VerdictReason.NOT_SIGNED_BY_NODE);
        assertThat(told(
                        commitment(stream.root(challenge)).signed(Story.CHAIN, Story.NODE),
                        KEY,
                        Story.OTHER_NODE,
                        rows -> rows))
                .hasValue(VerdictReason.NOT_SIGNED_BY_NODE);
    }

    @Test
    void an_old_answer_to_another_challenge_says_nothing() {
        Challenge old = line(Story.NODE, UUID.randomUUID(), stream);
        var answer = new Commitment(old.id(), old.digest(), stream.root(old), null).signed(Story.CHAIN, Story.NODE);
        assertThat(told(answer, KEY, Story.NODE, rows -> rows)).hasValue(VerdictReason.OTHER_CHALLENGE);
    }

    /** Whatever a validator asks with that is not what it had sent, no node is wrong for it. */
    @Test
    void a_question_that_is_not_the_streams_key_harms_nobody() {
        assertThat(told(
                        commitment(stream.root(challenge)).signed(Story.CHAIN, Story.NODE),
                        Story.bytes32("another key"),
                        Story.NODE,
                        rows -> rows))
                .hasValue(VerdictReason.OTHER_CHALLENGE);
    }

    @Test
    void nothing_too_little_too_much_and_another_order() {
        assertThat(sent(rows -> List.of())).hasValue(VerdictReason.WRONG_ROWS);
        assertThat(sent(rows -> rows.subList(1, BLOCKS))).hasValue(VerdictReason.WRONG_ROWS);
        assertThat(sent(rows -> plus(rows, rows.getLast()))).hasValue(VerdictReason.WRONG_ROWS);
        assertThat(sent(List::reversed)).hasValue(VerdictReason.WRONG_ROWS);
        assertThat(sent(rows -> Collections.nCopies(BLOCKS, rows.getFirst()))).hasValue(VerdictReason.WRONG_ROWS);
    }

    @Test
    void other_blocks_under_the_right_names_and_others_lengths() {
        assertThat(sent(rows -> first(rows, stream.block((rows.getFirst().index() + 1) % 16), null)))
                .hasValue(VerdictReason.WRONG_STREAM);
        assertThat(sent(rows -> first(rows, new byte[NetworkStream.BLOCK], null)))
                .hasValue(VerdictReason.WRONG_STREAM);
        assertThat(sent(rows -> first(rows, new byte[0], null))).hasValue(VerdictReason.WRONG_SHAPE);
        assertThat(sent(rows -> first(rows, new byte[NetworkStream.BLOCK + 1], null)))
                .hasValue(VerdictReason.WRONG_SHAPE);
        assertThat(sent(rows -> first(rows, stream.block(rows.getFirst().index()), "ab".repeat(32))))
                .hasValue(VerdictReason.WRONG_PATH);
    }

    @Test
    void what_comes_too_late_or_never_says_nothing() {
        Challenge issued = challenge.signed(Story.VALIDATOR);
        Commitment commitment = commitment(stream.root(challenge)).signed(Story.CHAIN, Story.NODE);
        assertThat(Judge.fault(issued, Answers.NONE)).hasValue(VerdictReason.NO_COMMITMENT);
        assertThat(Judge.fault(issued, new Answers(commitment, Story.COMMIT_BY.plusMillis(1), null, null, null)))
                .hasValue(VerdictReason.NO_COMMITMENT);
        assertThat(Judge.fault(issued, new Answers(commitment, Story.COMMIT_BY, null, null, null)))
                .hasValue(VerdictReason.NO_OPENING);
    }

    @Test
    void a_line_is_odd_when_it_carries_twice_what_its_node_says() {
        assertThat(LineClass.isBeyond("LINE of 10 Mbit/s", 1, 420)).isFalse();
        assertThat(LineClass.isBeyond("LINE of 10 Mbit/s", 1, 400)).isTrue();
        assertThat(LineClass.isBeyond("LINE of a speed that is not said", 64, 1))
                .isFalse();
    }

    private static List<OpenedRow> plus(List<OpenedRow> rows, OpenedRow one) {
        var more = new ArrayList<>(rows);
        more.add(one);
        return more;
    }

    private static List<OpenedRow> first(List<OpenedRow> rows, byte[] block, @Nullable String sibling) {
        var others = new ArrayList<>(rows);
        OpenedRow row = OpenedRow.of(rows.getFirst().index(), block);
        others.set(0, sibling == null ? row : new OpenedRow(row.index(), row.values(), List.of(sibling)));
        return others;
    }
}
