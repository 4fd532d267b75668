package io.pithead.validator.challenge.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MemoryPages;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.VerdictReason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each thing that a node could do instead of filling memory, or a file, and holding it. */
@ParameterizedClass
@EnumSource(
        value = ChallengeKind.class,
        names = {"MEMORY", "STORAGE"})
class MemoryCheatsTest {
    private static final int PAGES = MemoryPages.PER_MIB;
    private static final int OPENED = 8;
    private static final int TURNS = 2;

    private final ChallengeKind kind;
    private final Challenge challenge;
    private final long[][] right;
    private final MemoryProver honest;

    MemoryCheatsTest(ChallengeKind kind) {
        this.kind = kind;
        challenge = Story.pages(kind, Story.NODE, OPENED, TURNS, "the nonce");
        right = MemoryProver.pages(challenge);
        honest = new MemoryProver(challenge, right);
    }

    private Optional<VerdictReason> withMemory(long[][] pages) {
        var prover = new MemoryProver(challenge, pages);
        return Story.told(challenge, prover.commitment(), prover::rows);
    }

    private Optional<VerdictReason> withRows(UnaryOperator<List<OpenedRow>> cheat) {
        return Story.told(challenge, honest.commitment(), question -> cheat.apply(honest.rows(question)));
    }

    @Test
    void whoever_holds_it_passes() {
        assertThat(withMemory(right)).isEmpty();
    }

    @Test
    void random_pages() {
        var random = new Random(1);
        long[][] pages = new long[PAGES][];
        Arrays.setAll(pages, page -> random.longs(MemoryPages.LONGS).toArray());
        assertThat(withMemory(pages)).hasValue(VerdictReason.WRONG_PAGE);
    }

    @Test
    void zeros() {
        assertThat(withMemory(new long[PAGES][MemoryPages.LONGS])).hasValue(VerdictReason.WRONG_PAGE);
    }

    /** What could be made anew from next to nothing stands for every second page, and what follows from it follows. */
    @Test
    void half_the_memory_replaced_before_the_commitment() {
        long[][] pages = new long[PAGES][MemoryPages.LONGS];
        var memory = new MemoryPages(challenge);
        for (int i = 0; i < PAGES; i += 2) {
            pages[i] = memory.make(i, MemoryProver.held(pages)).clone();
        }
        assertThat(withMemory(pages)).hasValue(VerdictReason.WRONG_PAGE);
    }

    /** It cannot say what they were. */
    @Test
    void half_the_memory_dropped_after_the_commitment() {
        assertThat(withRows(rows -> rows.stream()
                        .map(row -> row.index() % 2 == 0 ? row : with(row, new byte[MemoryPages.BYTES]))
                        .toList()))
                .hasValue(VerdictReason.WRONG_PATH);
        assertThat(withRows(rows ->
                        rows.stream().filter(row -> row.index() % 2 == 0).toList()))
                .hasValue(VerdictReason.WRONG_ROWS);
    }

    @Test
    void half_of_it_filled_and_held_twice() {
        long[][] pages = right.clone();
        System.arraycopy(right, 0, pages, PAGES / 2, PAGES / 2);
        assertThat(withMemory(pages)).hasValue(VerdictReason.WRONG_PAGE);
    }

    /** Each page from the one before alone, so that none has to be held. */
    @Test
    void pages_that_follow_from_no_earlier_ones() {
        long[][] pages = new long[PAGES][];
        var memory = new MemoryPages(challenge);
        for (int i = 0; i < PAGES; i++) {
            int before = i - 1;
            pages[i] = memory.make(i, (sum, page) -> {
                        if (page == before && sum[0] == 0) {
                            MemoryPages.add(sum, pages[page], 0);
                        }
                    })
                    .clone();
        }
        assertThat(withMemory(pages)).hasValue(VerdictReason.WRONG_PAGE);
    }

    @Test
    void pages_encrypted_fewer_times() {
        assertThat(withMemory(MemoryProver.pages(Story.pages(kind, Story.NODE, OPENED, TURNS - 1, "the nonce"))))
                .hasValue(VerdictReason.WRONG_PAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"an older nonce", "a guess"})
    void memory_filled_before_the_nonce_was_known(String nonce) {
        assertThat(withMemory(MemoryProver.pages(Story.pages(kind, Story.NODE, OPENED, TURNS, nonce))))
                .hasValue(VerdictReason.WRONG_PAGE);
    }

    @Test
    void another_nodes_memory() {
        assertThat(withMemory(MemoryProver.pages(Story.pages(kind, Story.OTHER_NODE, OPENED, TURNS, "the nonce"))))
                .hasValue(VerdictReason.WRONG_PAGE);
    }

    /** Of the same nonce: what fills memory is not what fills a file. */
    @Test
    void the_other_kinds_pages() {
        ChallengeKind other = kind == ChallengeKind.MEMORY ? ChallengeKind.STORAGE : ChallengeKind.MEMORY;
        assertThat(withMemory(MemoryProver.pages(Story.pages(other, Story.NODE, OPENED, TURNS, "the nonce"))))
                .hasValue(VerdictReason.WRONG_PAGE);
    }

    @Test
    void an_old_answer_to_another_challenge() {
        MemoryProver before = MemoryProver.honest(Story.pages(kind, Story.NODE, OPENED, TURNS, "an older nonce"));
        assertThat(Story.told(challenge, before.commitment(), before::rows)).hasValue(VerdictReason.OTHER_CHALLENGE);
    }

    @Test
    void an_answer_by_another_node() {
        Challenge issued = challenge.signed(Story.VALIDATOR);
        Commitment own = honest.commitment().signed(Story.CHAIN, Story.NODE);
        Question question = Story.question(issued, own, "q").signed(Story.CHAIN, Story.VALIDATOR);
        var opening = new Opening(challenge.id(), question.digest(), honest.rows(question), null);
        var others =
                new Answers(own, Story.ISSUED, question, opening.signed(Story.CHAIN, Story.OTHER_NODE), Story.ISSUED);
        assertThat(Judge.fault(issued, others)).hasValue(VerdictReason.NOT_SIGNED_BY_NODE);
    }

    /** It fills its memory only when it is asked, and too late for its commitment. */
    @Test
    void a_commitment_to_nothing_and_right_pages_later() {
        var nothing = new MemoryProver(challenge, new long[PAGES][MemoryPages.LONGS]);
        assertThat(Story.told(challenge, nothing.commitment(), honest::rows)).hasValue(VerdictReason.WRONG_PATH);
    }

    @Test
    void other_pages_than_those_asked_for() {
        assertThat(Story.told(challenge, honest.commitment(), question -> {
                    int[] asked = Asked.rows(challenge, question);
                    return honest.rows(IntStream.range(0, PAGES)
                            .filter(page -> Arrays.binarySearch(asked, page) < 0)
                            .limit(OPENED)
                            .toArray());
                }))
                .hasValue(VerdictReason.WRONG_ROWS);
    }

    @Test
    void too_few_too_many_and_none() {
        assertThat(withRows(rows -> List.of())).hasValue(VerdictReason.WRONG_ROWS);
        for (int i = 0; i < 5; i++) {
            int left = 7 * i;
            assertThat(withRows(rows -> {
                        var fewer = new ArrayList<>(rows);
                        fewer.remove(left);
                        return fewer;
                    }))
                    .hasValue(VerdictReason.WRONG_ROWS);
        }
        assertThat(withRows(
                        rows -> IntStream.range(0, PAGES).mapToObj(honest::row).toList()))
                .hasValue(VerdictReason.WRONG_ROWS);
        assertThat(withRows(rows -> {
                    var more = new ArrayList<>(rows);
                    int unasked = IntStream.range(0, PAGES)
                            .filter(page -> rows.stream().noneMatch(row -> row.index() == page))
                            .findFirst()
                            .orElseThrow();
                    more.add(honest.row(unasked));
                    more.sort((one, other) -> one.index() - other.index());
                    return more;
                }))
                .hasValue(VerdictReason.WRONG_ROWS);
    }

    @Test
    void pages_in_another_order_or_twice_or_beyond_the_last() {
        assertThat(withRows(rows -> {
                    var turned = new ArrayList<>(rows);
                    Collections.reverse(turned);
                    return turned;
                }))
                .hasValue(VerdictReason.WRONG_ROWS);
        assertThat(withRows(rows -> {
                    var twice = new ArrayList<>(rows);
                    twice.add(1, rows.getFirst());
                    return twice;
                }))
                .hasValue(VerdictReason.WRONG_ROWS);
        assertThat(withRows(rows -> {
                    var beyond = new ArrayList<>(rows);
                    beyond.add(new OpenedRow(
                            PAGES, rows.getLast().values(), rows.getLast().path()));
                    return beyond;
                }))
                .hasValue(VerdictReason.WRONG_ROWS);
    }

    @Test
    void a_page_of_another_length() {
        for (int length : new int[] {0, 1, MemoryPages.BYTES - 1, MemoryPages.BYTES + 1, 10 * MemoryPages.BYTES}) {
            assertThat(withRows(rows -> first(rows, with(rows.getFirst(), new byte[length]))))
                    .hasValue(VerdictReason.WRONG_SHAPE);
        }
    }

    @Test
    void a_tampered_path_or_value_or_another_page_under_the_index() {
        assertThat(withRows(rows -> {
                    OpenedRow row = rows.getFirst();
                    var path = new ArrayList<>(row.path());
                    path.set(2, Story.bytes32("tampered"));
                    return first(rows, new OpenedRow(row.index(), row.values(), path));
                }))
                .hasValue(VerdictReason.WRONG_PATH);
        assertThat(withRows(rows -> {
                    byte[] values = rows.getFirst().bytes(challenge.entries()).orElseThrow();
                    values[MemoryPages.BYTES - 1] ^= 1;
                    return first(rows, with(rows.getFirst(), values));
                }))
                .hasValue(VerdictReason.WRONG_PATH);
        assertThat(withRows(rows -> {
                    OpenedRow other = honest.row((rows.getFirst().index() + 1) % PAGES);
                    return first(rows, new OpenedRow(rows.getFirst().index(), other.values(), other.path()));
                }))
                .hasValue(VerdictReason.WRONG_PATH);
    }

    /** Many questions after one commitment: a prover passes no more often than its wrong pages are not asked for. */
    @Test
    void a_share_of_wrong_pages_passes_no_more_often_than_the_formula_says() {
        int questions = 400;
        for (int wrong : new int[] {8, 26, 64}) {
            long[][] pages = new long[PAGES][];
            var memory = new MemoryPages(challenge);
            for (int i = 0; i < PAGES; i++) {
                pages[i] = memory.make(i, MemoryProver.held(pages)).clone();
                if (i * wrong / PAGES != (i + 1) * wrong / PAGES) {
                    pages[i][7]++;
                }
            }
            var prover = new MemoryProver(challenge, pages);
            Commitment commitment = prover.commitment();
            int passed = 0;
            for (int i = 0; i < questions; i++) {
                Question asked = Story.question(challenge, commitment, "question " + i);
                Optional<VerdictReason> fault =
                        MemoryJudge.pagesFault(challenge, commitment, asked, prover.rows(asked));
                passed += fault.isEmpty() ? 1 : 0;
                assertThat(fault.orElse(VerdictReason.WRONG_PAGE)).isEqualTo(VerdictReason.WRONG_PAGE);
            }
            double expected = Soundness.passes(PAGES, wrong, OPENED);
            double deviation = Math.sqrt(questions * expected * (1 - expected));
            assertThat(Math.abs(passed - questions * expected))
                    .as("%d of %d with %d wrong pages", passed, questions, wrong)
                    .isLessThan(5 * deviation + 1);
        }
    }

    private static OpenedRow with(OpenedRow row, byte[] values) {
        return new OpenedRow(row.index(), Base64.getEncoder().encodeToString(values), row.path());
    }

    private static List<OpenedRow> first(List<OpenedRow> rows, OpenedRow first) {
        var replaced = new ArrayList<>(rows);
        replaced.set(0, first);
        return replaced;
    }
}
