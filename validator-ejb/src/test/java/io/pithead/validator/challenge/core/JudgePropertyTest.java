package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.challenge.VerdictReason;
import java.time.Duration;
import java.util.Optional;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class JudgePropertyTest {
    private static final Duration GOOD = Duration.ofDays(7);

    private static Optional<VerdictReason> rowsFault(
            Challenge challenge, Prover prover, Commitment commitment, String question) {
        Question asked = Story.question(challenge, commitment, question);
        return Judge.rowsFault(challenge, commitment, asked, prover.rows(asked));
    }

    @Property(tries = 3_000)
    void an_honest_prover_never_fails(
            @ForAll @IntRange(min = 1, max = 70) int size,
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll long nonce) {
        Challenge challenge = Story.challenge(size, Math.min(rows, size), Long.toString(nonce));
        Prover honest = Prover.honest(challenge);
        assertThat(rowsFault(challenge, honest, honest.commitment(), "question"))
                .isEmpty();
    }

    @Property(tries = 100)
    void nor_does_it_with_all_the_signatures(@ForAll @IntRange(min = 1, max = 40) int size, @ForAll long nonce) {
        Challenge challenge = Story.challenge(size, Math.min(4, size), Long.toString(nonce));
        Prover honest = Prover.honest(challenge);
        assertThat(Story.told(challenge, honest.commitment(), honest::rows)).isEmpty();
    }

    @Property(tries = 1_000)
    void one_wrong_entry_anywhere_is_found_when_its_row_is_opened(
            @ForAll @IntRange(min = 1, max = 40) int size,
            @ForAll @IntRange(max = 39) int row,
            @ForAll @IntRange(max = 39) int column,
            @ForAll int wrong) {
        Challenge challenge = Story.challenge(size, size, "all rows");
        int[][] product = Prover.product(challenge);
        int right = product[row % size][column % size];
        product[row % size][column % size] = wrong;
        var prover = new Prover(challenge, product);

        assertThat(rowsFault(challenge, prover, prover.commitment(), "question"))
                .isEqualTo(wrong == right ? Optional.empty() : Optional.of(VerdictReason.WRONG_PRODUCT));
    }

    /** Many questions after one commitment: a prover passes as often as the wrong rows are not among the opened ones. */
    @Example
    void a_share_of_wrong_rows_passes_as_often_as_the_formula_says() {
        int size = 60;
        int questions = 3_000;
        for (int opened : new int[] {1, 3, 8}) {
            Challenge challenge = Story.challenge(size, opened, "a share of " + opened);
            for (int wrong : new int[] {1, 6, 15, 30}) {
                int[][] product = Prover.product(challenge);
                for (int i = 0; i < wrong; i++) {
                    product[i][i]++;
                }
                var prover = new Prover(challenge, product);
                Commitment commitment = prover.commitment();
                int passed = 0;
                for (int i = 0; i < questions; i++) {
                    Optional<VerdictReason> fault = rowsFault(challenge, prover, commitment, "question " + i);
                    passed += fault.isEmpty() ? 1 : 0;
                    assertThat(fault.orElse(VerdictReason.WRONG_PRODUCT)).isEqualTo(VerdictReason.WRONG_PRODUCT);
                }
                double expected = Soundness.passes(size, wrong, opened);
                double deviation = Math.sqrt(questions * expected * (1 - expected));
                assertThat(Math.abs(passed - questions * expected))
                        .as("%d of %d questions with %d wrong rows, %d opened", passed, questions, wrong, opened)
                        .isLessThan(5 * deviation + 1);
                assertThat(passed).isLessThan((int)
                        (questions * Soundness.passes(wrong / (double) size, opened) + 5 * deviation + 1));
            }
        }
    }

    @Example
    void a_verdict_says_what_it_rests_on() {
        Challenge challenge = Story.challenge(8, 2, "n").signed(Story.VALIDATOR);
        Attestation silent = Judge.attest(challenge, Answers.NONE, null, Story.OPEN_BY, GOOD);
        var cheat = new Prover(challenge, new int[8][8]);
        Commitment commitment = cheat.commitment().signed(Story.CHAIN, Story.NODE);
        Question question = Story.question(challenge, commitment, "q").signed(Story.CHAIN, Story.VALIDATOR);
        var answers = new Answers(
                commitment,
                Story.ISSUED.plusSeconds(30),
                question,
                cheat.opening(question).signed(Story.CHAIN, Story.NODE),
                Story.ISSUED);
        Attestation caught = Judge.attest(challenge, answers, silent.digest(), Story.OPEN_BY, GOOD);

        assertThat(silent.tookMs()).isNull();
        assertThat(caught.tookMs()).isEqualTo(30_000);
        assertThat(caught.expiresAt()).isEqualTo(Story.OPEN_BY.plus(GOOD));
        assertThat(silent.verdict()).isEqualTo(Verdict.INCONCLUSIVE);
        assertThat(caught.verdict()).isEqualTo(Verdict.INVALID);
        assertThat(caught.reason()).isEqualTo(VerdictReason.WRONG_PRODUCT);
        assertThat(caught.previous()).isEqualTo(silent.digest());
        assertThat(caught.evidence()).isNotEqualTo(silent.evidence());
    }
}
