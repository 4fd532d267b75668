package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.VerdictReason;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Each thing that a node could do instead of the multiplication. */
class CheatsTest {
    private static final int SIZE = 64;
    private static final int ROWS = 8;

    private final Challenge challenge = Story.challenge(SIZE, ROWS, "the nonce");
    private final Prover honest = Prover.honest(challenge);

    private Optional<VerdictReason> withProduct(int[][] product) {
        var prover = new Prover(challenge, product);
        return Story.told(challenge, prover.commitment(), prover::rows);
    }

    private Optional<VerdictReason> withRows(UnaryOperator<List<OpenedRow>> cheat) {
        return Story.told(challenge, honest.commitment(), question -> cheat.apply(honest.rows(question)));
    }

    @Test
    void whoever_multiplies_passes() {
        assertThat(Story.told(challenge, honest.commitment(), honest::rows)).isEmpty();
    }

    @Test
    void a_random_result() {
        var random = new Random(1);
        int[][] result = new int[SIZE][];
        Arrays.setAll(result, row -> random.ints(SIZE, -40_000, 40_000).toArray());

        assertThat(withProduct(result)).hasValue(VerdictReason.WRONG_PRODUCT);
    }

    @Test
    void zeros() {
        assertThat(withProduct(new int[SIZE][SIZE])).hasValue(VerdictReason.WRONG_PRODUCT);
    }

    /** What passes a check with tolerance where entries are of one sign: sums of rows times sums of columns. */
    private int[][] rankOne() {
        byte[][] a = Prover.a(challenge);
        byte[][] b = Prover.b(challenge);
        int[][] fake = new int[SIZE][SIZE];
        for (int i = 0; i < SIZE; i++) {
            for (int j = 0; j < SIZE; j++) {
                long row = 0;
                long column = 0;
                for (int t = 0; t < SIZE; t++) {
                    row += a[i][t];
                    column += b[t][j];
                }
                fake[i][j] = (int) Math.round(row * column / (double) SIZE);
            }
        }
        return fake;
    }

    @Test
    void a_fake_of_rank_one() {
        assertThat(withProduct(rankOne())).hasValue(VerdictReason.WRONG_PRODUCT);
    }

    /** Its rows sum to what the product's do, which takes the square of the size to know: A times B's row sums. */
    @Test
    void a_fake_whose_rows_sum_to_the_right_numbers() {
        int[][] fake = rankOne();
        int[][] right = Prover.product(challenge);
        for (int i = 0; i < SIZE; i++) {
            fake[i][0] += Arrays.stream(right[i]).sum() - Arrays.stream(fake[i]).sum();
            assertThat(Arrays.stream(fake[i]).sum())
                    .isEqualTo(Arrays.stream(right[i]).sum());
        }
        assertThat(withProduct(fake)).hasValue(VerdictReason.WRONG_PRODUCT);
    }

    /** What TF32 makes of it: eleven bits of each entry. */
    @Test
    void a_product_rounded_to_fewer_bits() {
        int[][] rounded = Prover.product(challenge);
        for (int[] row : rounded) {
            for (int j = 0; j < SIZE; j++) {
                int lost = Math.max(0, 32 - Integer.numberOfLeadingZeros(Math.abs(row[j])) - 11);
                row[j] = row[j] >> lost << lost;
            }
        }
        assertThat(withProduct(rounded)).hasValue(VerdictReason.WRONG_PRODUCT);
    }

    @Test
    void one_entry_of_each_row_off_by_one() {
        int[][] product = Prover.product(challenge);
        for (int[] row : product) {
            row[SIZE - 1]++;
        }
        assertThat(withProduct(product)).hasValue(VerdictReason.WRONG_PRODUCT);
    }

    @Test
    void an_old_answer_to_another_challenge() {
        Challenge old = Story.challenge(SIZE, ROWS, "an older nonce");
        Prover before = Prover.honest(old);

        assertThat(Story.told(challenge, before.commitment(), before::rows)).hasValue(VerdictReason.OTHER_CHALLENGE);
        Question oldQuestion = Story.question(old, before.commitment(), "old").signed(Story.CHAIN, Story.VALIDATOR);
        assertThat(fault(
                        honest.commitment().signed(Story.CHAIN, Story.NODE),
                        null,
                        before.opening(oldQuestion).signed(Story.CHAIN, Story.NODE)))
                .hasValue(VerdictReason.OTHER_CHALLENGE);
    }

    /** Of the same challenge, whose question was another one. */
    @Test
    void an_answer_to_another_question() {
        Commitment own = honest.commitment().signed(Story.CHAIN, Story.NODE);
        Question before = Story.question(challenge, own, "before").signed(Story.CHAIN, Story.VALIDATOR);
        Opening old = honest.opening(before).signed(Story.CHAIN, Story.NODE);

        assertThat(fault(own, before, old)).isEmpty();
        assertThat(fault(own, null, old)).hasValue(VerdictReason.OTHER_CHALLENGE);
    }

    /** A node that commits twice is asked about one of them, and judged by that one. */
    @Test
    void a_question_about_another_commitment() {
        var nothing = new Prover(challenge, new int[SIZE][SIZE]);
        Commitment first = nothing.commitment().signed(Story.CHAIN, Story.NODE);
        Question question = Story.question(challenge, first, "q").signed(Story.CHAIN, Story.VALIDATOR);
        Commitment second = honest.commitment().signed(Story.CHAIN, Story.NODE);

        assertThat(fault(second, question, honest.opening(question).signed(Story.CHAIN, Story.NODE)))
                .hasValue(VerdictReason.OTHER_CHALLENGE);
    }

    /** Under one id, of another size. */
    @Test
    void a_commitment_to_a_smaller_challenge() {
        Challenge small = new Challenge(
                challenge.id(),
                challenge.chain(),
                challenge.validator(),
                challenge.node(),
                ChallengeKind.COMPUTE,
                SIZE / 2,
                ROWS,
                challenge.nonce(),
                challenge.issuedAt(),
                challenge.commitBy(),
                null);
        Commitment commitment = Prover.honest(small).commitment().signed(Story.CHAIN, Story.NODE);

        assertThat(fault(commitment, null, null)).hasValue(VerdictReason.OTHER_CHALLENGE);
    }

    /** The product of an older challenge, committed to and signed anew. */
    @Test
    void an_old_product_to_a_new_challenge() {
        assertThat(withProduct(Prover.product(Story.challenge(SIZE, ROWS, "an older nonce"))))
                .hasValue(VerdictReason.WRONG_PRODUCT);
    }

    /** All of a challenge but its nonce can be guessed. */
    @Test
    void a_product_made_before_the_nonce_was_known() {
        Challenge guessed = new Challenge(
                challenge.id(),
                challenge.chain(),
                challenge.validator(),
                challenge.node(),
                ChallengeKind.COMPUTE,
                SIZE,
                ROWS,
                Story.bytes32("a guess"),
                challenge.issuedAt(),
                challenge.commitBy(),
                null);
        assertThat(withProduct(Prover.product(guessed))).hasValue(VerdictReason.WRONG_PRODUCT);
    }

    /** It multiplies only what it is asked for, and only then. */
    @Test
    void a_commitment_to_nothing_and_right_rows_later() {
        var nothing = new Prover(challenge, new int[SIZE][SIZE]);
        assertThat(Story.told(challenge, nothing.commitment(), honest::rows)).hasValue(VerdictReason.WRONG_PATH);
    }

    @Test
    void other_rows_than_those_asked_for() {
        assertThat(Story.told(challenge, honest.commitment(), question -> {
                    int[] asked = Asked.rows(challenge, question);
                    return IntStream.range(0, SIZE)
                            .filter(row -> Arrays.stream(asked).noneMatch(one -> one == row))
                            .limit(ROWS)
                            .mapToObj(honest::row)
                            .toList();
                }))
                .hasValue(VerdictReason.WRONG_ROWS);
    }

    @Test
    void another_row_under_the_index_that_was_asked_for() {
        assertThat(withRows(rows -> {
                    var swapped = new ArrayList<>(rows);
                    OpenedRow other = honest.row((rows.getFirst().index() + 1) % SIZE);
                    swapped.set(0, new OpenedRow(rows.getFirst().index(), other.values(), other.path()));
                    return swapped;
                }))
                .hasValue(VerdictReason.WRONG_PATH);
    }

    @Test
    void no_rows() {
        assertThat(withRows(rows -> List.of())).hasValue(VerdictReason.WRONG_ROWS);
    }

    @Test
    void too_few_rows() {
        assertThat(withRows(rows -> rows.subList(1, rows.size()))).hasValue(VerdictReason.WRONG_ROWS);
    }

    @Test
    void too_many_rows() {
        assertThat(withRows(rows -> {
                    var more = new ArrayList<>(rows);
                    more.add(rows.getLast());
                    return more;
                }))
                .hasValue(VerdictReason.WRONG_ROWS);
    }

    @Test
    void one_row_again_and_again() {
        assertThat(withRows(rows -> rows.stream().map(row -> rows.getFirst()).toList()))
                .hasValue(VerdictReason.WRONG_ROWS);
    }

    @Test
    void a_tampered_path() {
        assertThat(withRows(rows -> {
                    OpenedRow row = rows.getLast();
                    var path = new ArrayList<>(row.path());
                    path.set(2, Story.bytes32("tampered"));
                    return replaceLast(rows, new OpenedRow(row.index(), row.values(), path));
                }))
                .hasValue(VerdictReason.WRONG_PATH);
        assertThat(withRows(rows -> {
                    OpenedRow row = rows.getLast();
                    return replaceLast(rows, new OpenedRow(row.index(), row.values(), List.of()));
                }))
                .hasValue(VerdictReason.WRONG_PATH);
    }

    @Test
    void a_value_changed_after_the_commitment() {
        assertThat(withRows(rows -> {
                    OpenedRow row = rows.getLast();
                    byte[] values = row.bytes(SIZE).orElseThrow();
                    values[0] ^= 1;
                    return replaceLast(
                            rows, new OpenedRow(row.index(), Base64.getEncoder().encodeToString(values), row.path()));
                }))
                .hasValue(VerdictReason.WRONG_PATH);
    }

    @Test
    void a_row_of_another_length() {
        for (int length : new int[] {0, 1, SIZE - 1, SIZE + 1, 10 * SIZE}) {
            String values = Base64.getEncoder().encodeToString(new byte[4 * length]);
            assertThat(withRows(rows -> replaceLast(
                            rows,
                            new OpenedRow(
                                    rows.getLast().index(),
                                    values,
                                    rows.getLast().path()))))
                    .hasValue(VerdictReason.WRONG_SHAPE);
        }
    }

    private static List<OpenedRow> replaceLast(List<OpenedRow> rows, OpenedRow last) {
        var replaced = new ArrayList<>(rows);
        replaced.set(rows.size() - 1, last);
        return replaced;
    }

    /** Signed by whoever multiplied. */
    @Test
    void an_answer_by_another_node() {
        Commitment others = honest.commitment().signed(Story.CHAIN, Story.OTHER_NODE);
        assertThat(fault(others, null, null)).hasValue(VerdictReason.NOT_SIGNED_BY_NODE);

        Commitment own = honest.commitment().signed(Story.CHAIN, Story.NODE);
        Question question = Story.question(challenge, own, "q").signed(Story.CHAIN, Story.VALIDATOR);
        assertThat(fault(own, question, honest.opening(question).signed(Story.CHAIN, Story.OTHER_NODE)))
                .hasValue(VerdictReason.NOT_SIGNED_BY_NODE);
        assertThat(fault(own, question, honest.opening(question))).hasValue(VerdictReason.NOT_SIGNED_BY_NODE);
        assertThat(fault(own, question, honest.opening(question).signed(Story.CHAIN, Story.NODE)))
                .isEmpty();
    }

    /** What another node made of its own challenge, with the same nonce. */
    @Test
    void another_nodes_product() {
        assertThat(withProduct(Prover.product(Story.challenge(Story.OTHER_NODE, SIZE, ROWS, "the nonce"))))
                .hasValue(VerdictReason.WRONG_PRODUCT);
    }

    /** Who only carries messages cannot make a node's answer invalid. */
    @Test
    void what_the_node_did_not_sign_is_never_held_against_it() {
        Commitment own = honest.commitment().signed(Story.CHAIN, Story.NODE);
        Question question = Story.question(challenge, own, "q").signed(Story.CHAIN, Story.VALIDATOR);
        String signature =
                honest.opening(question).signed(Story.CHAIN, Story.NODE).signature();
        List<OpenedRow> rows = honest.rows(question);
        for (List<OpenedRow> forged : List.of(
                List.<OpenedRow>of(),
                rows.subList(1, ROWS),
                replaceLast(rows, new OpenedRow(rows.getLast().index(), "", List.of())))) {
            var opening = new Opening(challenge.id(), question.digest(), forged, signature);
            assertThat(fault(own, question, opening)).hasValue(VerdictReason.NOT_SIGNED_BY_NODE);
        }
    }

    @Test
    void a_question_that_the_validator_did_not_ask() {
        Commitment own = honest.commitment().signed(Story.CHAIN, Story.NODE);
        Question question = Story.question(challenge, own, "q").signed(Story.CHAIN, Story.NODE);
        assertThat(fault(own, question, honest.opening(question).signed(Story.CHAIN, Story.NODE)))
                .hasValue(VerdictReason.NOT_SIGNED_BY_VALIDATOR);
    }

    @Test
    void silence_and_answers_that_come_late() {
        Challenge issued = challenge.signed(Story.VALIDATOR);
        Commitment own = honest.commitment().signed(Story.CHAIN, Story.NODE);
        Question question = Story.question(challenge, own, "q").signed(Story.CHAIN, Story.VALIDATOR);
        Opening opening = honest.opening(question).signed(Story.CHAIN, Story.NODE);
        Instant late = Story.OPEN_BY.plusNanos(1_000);

        assertThat(Judge.fault(issued, Answers.NONE)).hasValue(VerdictReason.NO_COMMITMENT);
        assertThat(Judge.fault(issued, new Answers(own, Story.COMMIT_BY.plusNanos(1_000), question, opening, late)))
                .hasValue(VerdictReason.NO_COMMITMENT);
        assertThat(Judge.fault(issued, new Answers(own, Story.COMMIT_BY, question, null, null)))
                .hasValue(VerdictReason.NO_OPENING);
        assertThat(Judge.fault(issued, new Answers(own, Story.COMMIT_BY, question, opening, late)))
                .hasValue(VerdictReason.NO_OPENING);
        assertThat(Judge.fault(issued, new Answers(own, Story.COMMIT_BY, question, opening, Story.OPEN_BY)))
                .isEmpty();
    }

    private Optional<VerdictReason> fault(
            Commitment commitment, @Nullable Question question, @Nullable Opening opening) {
        Question asked = question == null
                ? Story.question(challenge, commitment, "q").signed(Story.CHAIN, Story.VALIDATOR)
                : question;
        return Judge.fault(
                challenge.signed(Story.VALIDATOR),
                new Answers(commitment, Story.COMMIT_BY, asked, opening, Story.OPEN_BY));
    }
}
