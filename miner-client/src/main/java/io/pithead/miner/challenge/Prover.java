package io.pithead.miner.challenge;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Freivalds;
import io.pithead.protocol.challenge.MatrixRows;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.signing.Digests;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The answer to one challenge. It holds what its multiplier holds, 64 bytes for each row, and for each worker one block of rows with
 * its product; {@link Crew} says how it is stopped.
 */
public final class Prover implements Proof {
    private final Challenge challenge;
    private final Multiplier multiplier;
    private final RowTree tree;

    private Prover(Challenge challenge, Multiplier multiplier, RowTree tree) {
        this.challenge = challenge;
        this.multiplier = multiplier;
        this.tree = tree;
    }

    /** Hears how far it is, from any of the workers, one at a time. */
    public interface Progress {
        void done(int rows, int all);
    }

    /** Multiplies: this is where the time goes. */
    public static Prover commit(Challenge challenge, Multiplier multiplier, Crew crew, Progress progress)
            throws InterruptedException {
        int size = challenge.size();
        int atOnce = Math.min(size, multiplier.rowsAtOnce());
        byte[] seed = challenge.seed();
        byte[] leaves = new byte[size * RowTree.HASH];
        var done = new AtomicInteger();
        crew.each((size + atOnce - 1) / atOnce, () -> new Worker(seed), (worker, block) -> {
            int from = block * atOnce;
            int rows = Math.min(atOnce, size - from);
            worker.leaves(multiplier, from, rows, size, leaves);
            synchronized (done) {
                progress.done(done.addAndGet(rows), size);
            }
        });
        return new Prover(challenge, multiplier, new RowTree(leaves));
    }

    private static final class Worker {
        private final MatrixRows matrices;
        private final MessageDigest sha256 = Digests.sha256();

        Worker(byte[] seed) {
            matrices = new MatrixRows(seed);
        }

        void leaves(Multiplier multiplier, int from, int rows, int size, byte[] leaves) throws InterruptedException {
            byte[][] left = new byte[rows][size];
            for (int i = 0; i < rows; i++) {
                matrices.a(from + i, left[i]);
            }
            int[][] products = new int[rows][size];
            multiplier.multiply(left, products);
            for (int i = 0; i < rows; i++) {
                byte[] leaf = RowTree.leaf(sha256, from + i, RowTree.bytes(products[i]));
                System.arraycopy(leaf, 0, leaves, (from + i) * RowTree.HASH, RowTree.HASH);
            }
        }
    }

    @Override
    public Commitment commitment() {
        return new Commitment(challenge.id(), challenge.digest(), HexFormat.of().formatHex(tree.root()), null);
    }

    /** The rows are made again. */
    @Override
    public Opening open(Question question) throws InterruptedException {
        int[] asked = Asked.rows(challenge, question);
        byte[][] left = new byte[asked.length][challenge.size()];
        var matrices = new MatrixRows(challenge.seed());
        for (int i = 0; i < asked.length; i++) {
            matrices.a(asked[i], left[i]);
        }
        int[][] rows = new int[asked.length][challenge.size()];
        multiplier.multiply(left, rows);
        check(question, asked, rows);
        List<OpenedRow> opened = new ArrayList<>();
        for (int i = 0; i < asked.length; i++) {
            opened.add(OpenedRow.of(asked[i], rows[i], tree));
        }
        return new Opening(challenge.id(), question.digest(), opened, null);
    }

    private void check(Question question, int[] asked, int[][] rows) {
        for (int i = 0; i < asked.length; i++) {
            byte[] leaf = RowTree.leaf(Digests.sha256(), asked[i], RowTree.bytes(rows[i]));
            if (!RowTree.holds(tree.root(), challenge.size(), asked[i], leaf, tree.path(asked[i]))) {
                throw new ArithmeticException("row " + asked[i] + " came out otherwise a second time");
            }
        }
        if (!Freivalds.holds(challenge, asked, rows, Asked.vector(challenge, question))) {
            throw new ArithmeticException("the product is not exact");
        }
    }
}
