package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MatrixRows;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.signing.Digests;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Commits to what it is given as the product, whatever that is. */
public final class Prover {
    private final Challenge challenge;
    private final int[][] product;
    private final RowTree tree;

    public Prover(Challenge challenge, int[][] product) {
        this.challenge = challenge;
        this.product = product;
        byte[] leaves = new byte[product.length * RowTree.HASH];
        for (int i = 0; i < product.length; i++) {
            byte[] leaf = RowTree.leaf(Digests.sha256(), i, RowTree.bytes(product[i]));
            System.arraycopy(leaf, 0, leaves, i * RowTree.HASH, RowTree.HASH);
        }
        this.tree = new RowTree(leaves);
    }

    public static Prover honest(Challenge challenge) {
        return new Prover(challenge, product(challenge));
    }

    /** Straight from the definition. */
    public static int[][] product(Challenge challenge) {
        int size = challenge.size();
        byte[][] a = a(challenge);
        byte[][] b = b(challenge);
        int[][] c = new int[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                for (int t = 0; t < size; t++) {
                    c[i][j] += a[i][t] * b[t][j];
                }
            }
        }
        return c;
    }

    static byte[][] a(Challenge challenge) {
        var rows = new MatrixRows(challenge.seed());
        byte[][] a = new byte[challenge.size()][challenge.size()];
        for (int i = 0; i < a.length; i++) {
            rows.a(i, a[i]);
        }
        return a;
    }

    static byte[][] b(Challenge challenge) {
        var rows = new MatrixRows(challenge.seed());
        byte[][] b = new byte[challenge.size()][challenge.size()];
        for (int i = 0; i < b.length; i++) {
            rows.b(i, b[i]);
        }
        return b;
    }

    public Commitment commitment() {
        return new Commitment(challenge.id(), challenge.digest(), HexFormat.of().formatHex(tree.root()), null);
    }

    OpenedRow row(int index) {
        return OpenedRow.of(index, product[index], tree);
    }

    List<OpenedRow> rows(Question question) {
        return Arrays.stream(Asked.rows(challenge, question))
                .mapToObj(this::row)
                .toList();
    }

    public Opening opening(Question question) {
        return new Opening(challenge.id(), question.digest(), rows(question), null);
    }
}
