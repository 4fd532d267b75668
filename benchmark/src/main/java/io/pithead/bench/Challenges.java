package io.pithead.bench;

import io.pithead.miner.challenge.Crew;
import io.pithead.miner.challenge.JavaMultiplier;
import io.pithead.miner.challenge.MemoryProver;
import io.pithead.miner.challenge.Prover;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MatrixRows;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.VerdictReason;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.signing.WalletKey;
import io.pithead.validator.challenge.core.Answers;
import io.pithead.validator.challenge.core.ChallengePolicy;
import io.pithead.validator.challenge.core.ContainerPolicy;
import io.pithead.validator.challenge.core.Duty;
import io.pithead.validator.challenge.core.Judge;
import io.pithead.validator.challenge.core.MemoryPolicy;
import io.pithead.validator.challenge.core.NetworkPolicy;
import io.pithead.validator.challenge.core.Planning;
import io.pithead.validator.challenge.core.StoragePolicy;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Compute challenges on one core: what a node does for one, and what its validator does. No server is asked. */
final class Challenges {
    private static final int ROWS = 20;
    private static final int BYTES = 32;
    /** Of the warm-up, the throughput, and the multiplication by three loops. */
    private static final int SIZE = 1_024;

    private static final int WARM_UP = 512;
    private static final int ROUNDS = 25;
    private static final int POOL = 5;
    /** Challenges of one node, some years of them. */
    private static final int PLANNED = 10_000;

    private static final Duration TIME = Duration.ofSeconds(3);
    private static final double MILLI = 1e6;
    private static final double SECOND = 1e9;
    private static final String NO_AIM = "–";

    private final SecureRandom random = new SecureRandom();
    private final WalletKey validator = WalletKey.generate(random);
    private final WalletKey node = WalletKey.generate(random);

    /** A challenge with a right answer, and what that took the node. */
    private record Answered(Challenge challenge, Commitment commitment, Answers answers, long nanos, int bytes) {}

    static void report(Figures figures, List<Integer> sizes) throws InterruptedException {
        new Challenges().measure(figures, sizes);
    }

    private void measure(Figures figures, List<Integer> sizes) throws InterruptedException {
        long warm = System.nanoTime() + TIME.toNanos();
        while (System.nanoTime() < warm) {
            judge(answered(WARM_UP));
        }
        for (int size : sizes) {
            judging(figures, size);
        }
        throughput(figures);
        duty(figures);
    }

    /**
     * How much of a node's time its challenges take: what they took here, and when a validator with the usual settings makes the
     * next one, of a node of one core and a gibibyte.
     */
    private void duty(Figures figures) throws InterruptedException {
        var planning = new Planning(
                validator.address().text(),
                List.of(),
                Duration.ofMinutes(15),
                ChallengePolicy.USUAL,
                MemoryPolicy.USUAL,
                StoragePolicy.USUAL,
                NetworkPolicy.USUAL,
                ContainerPolicy.USUAL,
                Duty.USUAL,
                Planning.USUAL_CORE_SPEED);
        Instant now = Instant.now();
        var claimed = new ClaimedNode(node.address().text(), Mode.CPU, false, null, null, null, true, now);
        var past = new Planning.Past(now, true);
        var draws = new Random(PLANNED);
        var took = new EnumMap<ChallengeKind, Long>(ChallengeKind.class);
        double busy = 0;
        double presumed = 0;
        double all = 0;
        for (int i = 0; i < PLANNED; i++) {
            var due = (Planning.Due) planning.decide(claimed, past, draws.nextDouble(), draws.nextDouble(), now);
            Long nanos = took.get(due.kind());
            if (nanos == null) {
                nanos = due.kind() == ChallengeKind.MEMORY
                        ? filled(due.size(), due.turns())
                        : answered(due.size()).nanos();
                took.put(due.kind(), nanos);
            }
            busy += nanos;
            presumed += due.work().toNanos();
            all += Duration.between(now, due.next()).toNanos();
        }
        figures.share(
                "of a node's time for challenges",
                "challenge_duty_ratio",
                busy / all,
                presumed / all,
                "under 1 %",
                String.format(
                        Locale.ROOT,
                        "limit: at the least speed that is presumed; a product took %.2f s, memory %.1f s, of %,d planned",
                        took.getOrDefault(ChallengeKind.COMPUTE, 0L) / SECOND,
                        took.getOrDefault(ChallengeKind.MEMORY, 0L) / SECOND,
                        PLANNED));
    }

    private long filled(int mib, @Nullable Integer turns) throws InterruptedException {
        Instant now = Instant.now();
        Challenge challenge = new Challenge(
                        UUID.randomUUID(),
                        0L,
                        validator.address().text(),
                        node.address().text(),
                        ChallengeKind.MEMORY,
                        mib,
                        ROWS,
                        turns,
                        bytes(),
                        now,
                        now.plus(Duration.ofHours(1)),
                        null)
                .signed(validator);
        long begin = System.nanoTime();
        try (var crew = new Crew(1)) {
            MemoryProver prover = MemoryProver.commit(challenge, crew, (done, of) -> {});
            prover.open(question(challenge, prover.commitment().signed(challenge.chain(), node)));
        }
        return System.nanoTime() - begin;
    }

    private void judging(Figures figures, int size) throws InterruptedException {
        Answered answered = answered(size);
        long[] nanos = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            nanos[i] = judge(answered);
        }
        Arrays.sort(nanos);
        double products = (double) size * size * size;
        figures.beside(
                "judging a challenge of n = " + size,
                "challenge_" + size + "_judge_ms",
                nanos[ROUNDS / 2] / MILLI,
                answered.nanos() / MILLI,
                " ms",
                NO_AIM,
                String.format(
                        Locale.ROOT,
                        "limit: the prover, %.1f times as long, %.1f G multiply-adds/s; opening of %d rows: %,d KiB",
                        (double) answered.nanos() / nanos[ROUNDS / 2],
                        products / answered.nanos(),
                        ROWS,
                        answered.bytes() / 1_024));
    }

    private void throughput(Figures figures) throws InterruptedException {
        var pool = new ArrayList<Answered>();
        for (int i = 0; i < POOL; i++) {
            pool.add(answered(SIZE));
        }
        int done = 0;
        long begin = System.nanoTime();
        long end = begin + TIME.toNanos();
        while (System.nanoTime() < end) {
            Answered next = pool.get(done % pool.size());
            question(challenge(SIZE), next.commitment());
            judge(next);
            done++;
        }
        double perSecond = done * SECOND / (System.nanoTime() - begin);
        double naive = SECOND / naive(pool.getFirst().challenge());
        figures.rate(
                "challenges prepared and judged, n = " + SIZE,
                "challenges",
                perSecond,
                naive,
                NO_AIM,
                "one core; limit: the same multiplication by three loops");
    }

    private Challenge challenge(int size) {
        Instant now = Instant.now();
        return new Challenge(
                        UUID.randomUUID(),
                        0L,
                        validator.address().text(),
                        node.address().text(),
                        ChallengeKind.COMPUTE,
                        size,
                        ROWS,
                        bytes(),
                        now,
                        now.plus(Duration.ofHours(1)),
                        null)
                .signed(validator);
    }

    private Question question(Challenge challenge, Commitment commitment) {
        return new Question(challenge.id(), commitment.digest(), bytes(), challenge.commitBy(), null)
                .signed(challenge.chain(), validator);
    }

    private String bytes() {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private Answered answered(int size) throws InterruptedException {
        Challenge challenge = challenge(size);
        long begin = System.nanoTime();
        try (var crew = new Crew(1);
                var multiplier = JavaMultiplier.of(challenge.seed(), size, crew)) {
            Prover prover = Prover.commit(challenge, multiplier, crew, (rows, all) -> {});
            Commitment commitment = prover.commitment().signed(challenge.chain(), node);
            Question question = question(challenge, commitment);
            Opening opening = prover.open(question).signed(challenge.chain(), node);
            long nanos = System.nanoTime() - begin;
            Instant now = Instant.now();
            return new Answered(
                    challenge,
                    commitment,
                    new Answers(commitment, now, question, opening, now),
                    nanos,
                    Json.write(opening).length);
        }
    }

    private static long judge(Answered answered) {
        long begin = System.nanoTime();
        Optional<VerdictReason> fault = Judge.fault(answered.challenge(), answered.answers());
        long nanos = System.nanoTime() - begin;
        if (fault.isPresent()) {
            throw new IllegalStateException("a right answer was judged " + fault.get());
        }
        return nanos;
    }

    /** By the definition, in the order that caches like: the second of two runs, the first one compiles. */
    private static long naive(Challenge challenge) {
        int size = challenge.size();
        var matrices = new MatrixRows(challenge.seed());
        byte[][] a = new byte[size][size];
        byte[][] b = new byte[size][size];
        for (int i = 0; i < size; i++) {
            matrices.a(i, a[i]);
            matrices.b(i, b[i]);
        }
        multiply(a, b);
        long begin = System.nanoTime();
        int[][] product = multiply(a, b);
        long nanos = System.nanoTime() - begin;
        if (product.length != size) {
            throw new IllegalStateException("what nobody reads may not be computed");
        }
        return nanos;
    }

    private static int[][] multiply(byte[][] a, byte[][] b) {
        int[][] product = new int[a.length][b.length];
        for (int i = 0; i < a.length; i++) {
            int[] row = product[i];
            for (int t = 0; t < b.length; t++) {
                int factor = a[i][t];
                byte[] right = b[t];
                for (int j = 0; j < row.length; j++) {
                    row[j] += factor * right[j];
                }
            }
        }
        return product;
    }
}
