package io.pithead.validator.challenge.core;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.ComputeChallenge;
import io.pithead.protocol.challenge.ComputeCommitment;
import io.pithead.protocol.challenge.ComputeOpening;
import io.pithead.protocol.challenge.ComputeQuestion;
import io.pithead.protocol.challenge.MatrixRows;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.signing.Digests;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Commits to what it is given as the product, whatever that is. */
final class Prover {
    private final ComputeChallenge challenge;
    private final int[][] product;
    private final RowTree tree;

    Prover(ComputeChallenge challenge, int[][] product) {
        this.challenge = challenge;
        this.product = product;
        byte[] leaves = new byte[product.length * RowTree.HASH];
        for (int i = 0; i < product.length; i++) {
            byte[] leaf = RowTree.leaf(Digests.sha256(), i, RowTree.bytes(product[i]));
            System.arraycopy(leaf, 0, leaves, i * RowTree.HASH, RowTree.HASH);
        }
        this.tree = new RowTree(leaves);
    }

    static Prover honest(ComputeChallenge challenge) {
        return new Prover(challenge, product(challenge));
    }

    /** Straight from the definition. */
    static int[][] product(ComputeChallenge challenge) {
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

    static byte[][] a(ComputeChallenge challenge) {
        var rows = new MatrixRows(challenge.seed());
        byte[][] a = new byte[challenge.size()][challenge.size()];
        for (int i = 0; i < a.length; i++) {
            rows.a(i, a[i]);
        }
        return a;
    }

    static byte[][] b(ComputeChallenge challenge) {
        var rows = new MatrixRows(challenge.seed());
        byte[][] b = new byte[challenge.size()][challenge.size()];
        for (int i = 0; i < b.length; i++) {
            rows.b(i, b[i]);
        }
        return b;
    }

    ComputeCommitment commitment() {
        return new ComputeCommitment(
                challenge.id(), challenge.digest(), HexFormat.of().formatHex(tree.root()), null);
    }

    OpenedRow row(int index) {
        return OpenedRow.of(index, product[index], tree);
    }

    List<OpenedRow> rows(ComputeQuestion question) {
        return Arrays.stream(Asked.rows(challenge, question))
                .mapToObj(this::row)
                .toList();
    }

    ComputeOpening opening(ComputeQuestion question) {
        return new ComputeOpening(challenge.id(), question.digest(), rows(question), null);
    }
}
