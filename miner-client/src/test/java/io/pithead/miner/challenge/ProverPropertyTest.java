package io.pithead.miner.challenge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MatrixRows;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.validator.challenge.core.Answers;
import io.pithead.validator.challenge.core.Judge;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class ProverPropertyTest {
    private static final WalletKey VALIDATOR = WalletKey.generate(new SecureRandom());
    private static final WalletKey NODE = WalletKey.generate(new SecureRandom());
    private static final Instant NOW = Instant.parse("2026-11-22T02:00:00Z");
    private static final Prover.Progress NOBODY = (rows, all) -> {};

    static Challenge challenge(int size, int rows, long nonce) {
        return new Challenge(
                        new UUID(nonce, size),
                        0L,
                        VALIDATOR.address().text(),
                        NODE.address().text(),
                        ChallengeKind.COMPUTE,
                        size,
                        rows,
                        Digests.sha256Hex(Long.toString(nonce).getBytes(StandardCharsets.US_ASCII)),
                        NOW,
                        NOW.plusSeconds(60),
                        null)
                .signed(VALIDATOR);
    }

    static Question question(Commitment commitment, long number) {
        String text = Digests.sha256Hex(Long.toString(number).getBytes(StandardCharsets.US_ASCII));
        return new Question(commitment.challenge(), commitment.digest(), text, NOW.plusSeconds(90), null)
                .signed(0, VALIDATOR);
    }

    /** As it goes through the wire. */
    static void assertPasses(Challenge challenge, Multiplier multiplier, Crew crew) throws Exception {
        Prover prover = Prover.commit(challenge, multiplier, crew, NOBODY);
        Commitment commitment = prover.commitment().signed(0, NODE);
        Question question = question(commitment, challenge.size());
        byte[] body = Json.write(prover.open(question).signed(0, NODE));
        assertThat(body.length).isLessThan(Opening.maxBytes(challenge));
        var answers = new Answers(commitment, NOW, question, Json.read(body, Opening.class), NOW);

        assertThat(Judge.fault(challenge, answers)).isEmpty();
    }

    @Property(tries = 150)
    void any_matrices_are_multiplied_as_the_definition_says(
            @ForAll @IntRange(min = 1, max = 90) int size,
            @ForAll @IntRange(min = 1, max = 90) int rows,
            @ForAll long number)
            throws Exception {
        byte[] seed = challenge(1, 1, number).seed();
        var random = new Random(number);
        byte[][] left = new byte[rows][size];
        for (byte[] row : left) {
            random.nextBytes(row);
        }
        int[][] products = new int[rows][size];
        try (var crew = new Crew(2);
                var multiplier = JavaMultiplier.of(seed, size, crew)) {
            multiplier.multiply(left, products);
        }
        assertThat(products).isEqualTo(byDefinition(seed, left, size));
    }

    static int[][] byDefinition(byte[] seed, byte[][] left, int size) {
        var matrices = new MatrixRows(seed);
        int[][] products = new int[left.length][size];
        byte[] row = new byte[size];
        for (int t = 0; t < size; t++) {
            matrices.b(t, row);
            for (int i = 0; i < left.length; i++) {
                for (int j = 0; j < size; j++) {
                    products[i][j] += left[i][t] * row[j];
                }
            }
        }
        return products;
    }

    /** Past every block's border, with an odd number in each column. */
    @Example
    void the_largest_sums_are_exact_and_blocks_meet_without_gaps() throws Exception {
        int size = 1_100;
        byte[][] left = new byte[67][size];
        byte[][] matrix = new byte[size][size];
        for (byte[][] rows : List.of(left, matrix)) {
            for (byte[] row : rows) {
                Arrays.fill(row, Byte.MIN_VALUE);
            }
        }
        for (int i = 0; i < size; i++) {
            matrix[i][(i + 500) % size] = 127;
            left[i % left.length][i] = -127;
        }
        int[][] products = new int[left.length][size];
        new JavaMultiplier(matrix).multiply(left, products);

        int[][] expected = new int[left.length][size];
        for (int i = 0; i < left.length; i++) {
            for (int t = 0; t < size; t++) {
                for (int j = 0; j < size; j++) {
                    expected[i][j] += left[i][t] * matrix[t][j];
                }
            }
        }
        assertThat(products).isEqualTo(expected);
    }

    @Property(tries = 60)
    void an_honest_prover_is_judged_valid(
            @ForAll @IntRange(min = 1, max = 150) int size,
            @ForAll @IntRange(min = 1, max = 20) int rows,
            @ForAll @IntRange(min = 1, max = 4) int workers,
            @ForAll long nonce)
            throws Exception {
        Challenge challenge = challenge(size, Math.min(size, rows), nonce);
        try (var crew = new Crew(workers);
                var multiplier = JavaMultiplier.of(challenge.seed(), size, crew)) {
            assertPasses(challenge, multiplier, crew);
        }
    }

    @Example
    void progress_counts_rows_up_to_all_of_them() throws Exception {
        Challenge challenge = challenge(200, 3, 1);
        var heard = Collections.synchronizedList(new ArrayList<Integer>());
        try (var crew = new Crew(2);
                var multiplier = JavaMultiplier.of(challenge.seed(), 200, crew)) {
            Prover.commit(challenge, multiplier, crew, (rows, all) -> heard.add(rows));
        }
        assertThat(heard).isSorted().doesNotHaveDuplicates().endsWith(200);
    }

    @Example
    void a_prover_that_is_interrupted_stops() throws Exception {
        Challenge challenge = challenge(512, 3, 1);
        var ended = new AtomicReference<Throwable>();
        var begun = new CountDownLatch(1);
        try (var crew = new Crew(2)) {
            Thread prover = Thread.ofPlatform().start(() -> {
                try {
                    Prover.commit(challenge, new Endless(begun), crew, NOBODY);
                } catch (Throwable e) {
                    ended.set(e);
                }
            });
            begun.await();
            prover.interrupt();
            prover.join(60_000);
            assertThat(prover.isAlive()).isFalse();
        }
        assertThat(ended.get()).isInstanceOf(InterruptedException.class);
    }

    /** Ends only when it is interrupted. */
    private record Endless(CountDownLatch begun) implements Multiplier {
        @Override
        public int rowsAtOnce() {
            return 8;
        }

        @Override
        public void multiply(byte[][] rows, int[][] products) throws InterruptedException {
            begun.countDown();
            new CountDownLatch(1).await();
        }

        @Override
        public void close() {}
    }

    @Example
    void a_failure_of_one_worker_is_the_provers() {
        Challenge challenge = challenge(64, 3, 1);
        try (var crew = new Crew(3)) {
            assertThatThrownBy(() -> Prover.commit(
                            challenge,
                            new Rounding(4) {
                                @Override
                                public void multiply(byte[][] rows, int[][] products) {
                                    throw new OutOfMemoryError("of a device");
                                }
                            },
                            crew,
                            NOBODY))
                    .isInstanceOf(OutOfMemoryError.class);
        }
    }

    /** A node whose device rounds says so, and is not judged invalid. */
    @Example
    void what_is_not_exact_is_not_answered() throws Exception {
        Challenge challenge = challenge(64, 8, 1);
        try (var crew = new Crew(2)) {
            Prover prover = Prover.commit(challenge, new Rounding(64), crew, NOBODY);
            Question question = question(prover.commitment(), 1);
            assertThatThrownBy(() -> prover.open(question))
                    .isInstanceOf(ArithmeticException.class)
                    .hasMessage("the product is not exact");
        }
    }

    @Example
    void what_comes_out_otherwise_a_second_time_is_not_answered() throws Exception {
        Challenge challenge = challenge(64, 8, 1);
        try (var crew = new Crew(1)) {
            var multiplier = new Rounding(64);
            Prover prover = Prover.commit(challenge, multiplier, crew, NOBODY);
            multiplier.result++;
            Question question = question(prover.commitment(), 1);
            assertThatThrownBy(() -> prover.open(question)).hasMessageContaining("otherwise a second time");
        }
    }

    /** The same number everywhere. */
    private static class Rounding implements Multiplier {
        private final int rows;
        private int result = 1_024;

        Rounding(int rows) {
            this.rows = rows;
        }

        @Override
        public int rowsAtOnce() {
            return rows;
        }

        @Override
        public void multiply(byte[][] left, int[][] products) {
            for (int[] product : products) {
                Arrays.fill(product, result);
            }
        }

        @Override
        public void close() {}
    }
}
