package io.pithead.demo;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MatrixRows;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.Keccak;
import io.pithead.protocol.signing.WalletKey;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;

/** One product as its cheat makes it; who cheats in memory multiplies: straight from the definition where that multiplies, so for small matrices. */
public final class CheatingProver implements CheatingAnswer {
    private static final WalletKey ACCOMPLICE = WalletKey.of(Keccak.digest(new byte[] {77}));
    private static final String A_GUESS = "0".repeat(2 * RowTree.HASH);
    private static final int TF32_BITS = 11;

    private final Cheat cheat;
    private final WalletKey node;
    private final Challenge challenge;
    private final Challenge other;
    private final int size;
    private final int[][] product;
    private final RowTree tree;

    /** @param before the challenge before, if there was one */
    public CheatingProver(Cheat cheat, WalletKey node, Challenge challenge, Optional<Challenge> before) {
        this.cheat = cheat;
        this.node = node;
        this.challenge = challenge;
        this.size = challenge.size();
        this.other = like(challenge.node(), before.map(Challenge::nonce).orElse(A_GUESS));
        this.product = product();
        this.tree = tree(product);
    }

    @Override
    public Optional<Commitment> commitment() {
        if (cheat == Cheat.SILENT) {
            return Optional.empty();
        }
        String answers = (cheat == Cheat.OLD_COMMITMENT ? other : challenge).digest();
        String root = HexFormat.of().formatHex(tree.root());
        var commitment = new Commitment(challenge.id(), answers, root, null);
        return Optional.of(commitment.signed(challenge.chain(), cheat == Cheat.OTHERS_COMMITMENT ? ACCOMPLICE : node));
    }

    @Override
    public Optional<Opening> opening(Question question) {
        if (cheat == Cheat.COMMITS_ONLY) {
            return Optional.empty();
        }
        String digest = cheat == Cheat.OLD_OPENING ? other.digest() : question.digest();
        int[] asked = Asked.rows(challenge, question);
        var opening = new Opening(challenge.id(), digest, rows(asked), null);
        return Optional.of(opening.signed(challenge.chain(), cheat == Cheat.OTHERS_OPENING ? ACCOMPLICE : node));
    }

    private Challenge like(String ofNode, String nonce) {
        return new Challenge(
                challenge.id(),
                challenge.chain(),
                challenge.validator(),
                ofNode,
                challenge.kind(),
                size,
                challenge.rows(),
                nonce,
                challenge.issuedAt(),
                challenge.commitBy(),
                null);
    }

    private int[][] product() {
        return switch (cheat) {
            case RANDOM_PRODUCT -> random();
            case ZEROS, COMMITS_TO_NOTHING, SILENT -> new int[size][size];
            case RANK_ONE -> rankOne();
            case RIGHT_SUMS -> rightSums();
            case ROUNDED -> rounded();
            case ONE_ENTRY_OFF -> oneOff();
            case OLD_PRODUCT -> multiplied(other);
            case OTHER_NODES_PRODUCT -> multiplied(like(ACCOMPLICE.address().text(), challenge.nonce()));
            default -> multiplied(challenge);
        };
    }

    private int[][] random() {
        var random = new Random(size);
        int[][] result = new int[size][];
        Arrays.setAll(result, row -> random.ints(size, -40_000, 40_000).toArray());
        return result;
    }

    private int[][] rankOne() {
        var matrices = new MatrixRows(challenge.seed());
        long[] rows = new long[size];
        long[] columns = new long[size];
        byte[] row = new byte[size];
        for (int i = 0; i < size; i++) {
            matrices.a(i, row);
            for (byte entry : row) {
                rows[i] += entry;
            }
            matrices.b(i, row);
            for (int j = 0; j < size; j++) {
                columns[j] += row[j];
            }
        }
        int[][] fake = new int[size][size];
        for (int i = 0; i < size; i++) {
            for (int j = 0; j < size; j++) {
                fake[i][j] = (int) (rows[i] * columns[j] / size);
            }
        }
        return fake;
    }

    private int[][] rightSums() {
        int[][] fake = rankOne();
        int[][] right = multiplied(challenge);
        for (int i = 0; i < size; i++) {
            fake[i][0] += Arrays.stream(right[i]).sum() - Arrays.stream(fake[i]).sum();
        }
        return fake;
    }

    private int[][] rounded() {
        int[][] rounded = multiplied(challenge);
        for (int[] row : rounded) {
            for (int j = 0; j < size; j++) {
                int lost = Math.max(0, Integer.SIZE - Integer.numberOfLeadingZeros(Math.abs(row[j])) - TF32_BITS);
                row[j] = row[j] >> lost << lost;
            }
        }
        return rounded;
    }

    private int[][] oneOff() {
        int[][] almost = multiplied(challenge);
        for (int[] row : almost) {
            row[size - 1]++;
        }
        return almost;
    }

    private int[][] multiplied(Challenge of) {
        var matrices = new MatrixRows(of.seed());
        byte[][] b = new byte[size][size];
        for (int i = 0; i < size; i++) {
            matrices.b(i, b[i]);
        }
        int[][] result = new int[size][size];
        byte[] a = new byte[size];
        for (int i = 0; i < size; i++) {
            matrices.a(i, a);
            for (int t = 0; t < size; t++) {
                for (int j = 0; j < size; j++) {
                    result[i][j] += a[t] * b[t][j];
                }
            }
        }
        return result;
    }

    private static RowTree tree(int[][] of) {
        byte[] leaves = new byte[of.length * RowTree.HASH];
        for (int i = 0; i < of.length; i++) {
            byte[] leaf = RowTree.leaf(Digests.sha256(), i, RowTree.bytes(of[i]));
            System.arraycopy(leaf, 0, leaves, i * RowTree.HASH, RowTree.HASH);
        }
        return new RowTree(leaves);
    }

    private List<OpenedRow> rows(int[] asked) {
        return switch (cheat) {
            case COMMITS_TO_NOTHING -> late(asked);
            case OTHER_ROWS ->
                honest(IntStream.range(0, size)
                        .filter(row -> Arrays.binarySearch(asked, row) < 0)
                        .limit(asked.length)
                        .toArray());
            case NO_ROWS -> List.of();
            case TOO_FEW_ROWS -> honest(asked).subList(1, asked.length);
            case TOO_MANY_ROWS -> {
                var more = new ArrayList<>(honest(asked));
                more.add(more.getLast());
                yield more;
            }
            case ONE_ROW_REPEATED -> Collections.nCopies(asked.length, row(asked[0]));
            case SWAPPED_ROW, TAMPERED_PATH, TAMPERED_VALUE, SHORT_ROW -> {
                var rows = new ArrayList<>(honest(asked));
                rows.set(0, tampered(rows.getFirst()));
                yield rows;
            }
            default -> honest(asked);
        };
    }

    private OpenedRow tampered(OpenedRow row) {
        return switch (cheat) {
            case SWAPPED_ROW -> {
                OpenedRow next = row((row.index() + 1) % size);
                yield new OpenedRow(row.index(), next.values(), next.path());
            }
            case TAMPERED_PATH -> {
                var path = new ArrayList<>(row.path());
                path.set(0, A_GUESS);
                yield new OpenedRow(row.index(), row.values(), path);
            }
            case TAMPERED_VALUE -> {
                byte[] values = Base64.getDecoder().decode(row.values());
                values[0] ^= 1;
                yield new OpenedRow(row.index(), Base64.getEncoder().encodeToString(values), row.path());
            }
            default -> {
                byte[] values = Base64.getDecoder().decode(row.values());
                String shorter =
                        Base64.getEncoder().encodeToString(Arrays.copyOf(values, values.length - Integer.BYTES));
                yield new OpenedRow(row.index(), shorter, row.path());
            }
        };
    }

    /** The right rows, which were not committed to. */
    private List<OpenedRow> late(int[] asked) {
        int[][] right = multiplied(challenge);
        return Arrays.stream(asked)
                .mapToObj(index -> OpenedRow.of(index, right[index], tree))
                .toList();
    }

    private List<OpenedRow> honest(int[] indices) {
        return Arrays.stream(indices).mapToObj(this::row).toList();
    }

    private OpenedRow row(int index) {
        return OpenedRow.of(index, product[index], tree);
    }
}
