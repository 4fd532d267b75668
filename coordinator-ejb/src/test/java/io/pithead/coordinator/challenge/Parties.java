package io.pithead.coordinator.challenge;

import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MatrixRows;
import io.pithead.protocol.challenge.NetworkOffer;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A validator and a node with real keys, and what they honestly say to each other. */
public final class Parties {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SIZE = 8;
    private static final int ROWS = 3;

    public final WalletKey validator;
    public final WalletKey node = WalletKey.generate(RANDOM);
    private final long chain;

    public Parties(long chain) {
        this(chain, WalletKey.generate(RANDOM));
    }

    private Parties(long chain, WalletKey validator) {
        this.chain = chain;
        this.validator = validator;
    }

    /** The same validator with another node. */
    public Parties another() {
        return new Parties(chain, validator);
    }

    public static String bytes32() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    public Challenge challenge(Instant now) {
        return challenge(now, Duration.ofMinutes(1));
    }

    public Challenge challenge(Instant now, Duration time) {
        return unsigned(now, time).signed(validator);
    }

    public Challenge unsigned(Instant now, Duration time) {
        return new Challenge(
                UUID.randomUUID(),
                chain,
                validator.address().text(),
                node.address().text(),
                ChallengeKind.COMPUTE,
                SIZE,
                ROWS,
                bytes32(),
                now.minus(Duration.ofHours(2)),
                now.plus(time),
                null);
    }

    /** A stream of a MiB over the node's line. */
    public NetworkOffer line(Instant now, String key) {
        Challenge challenge = new Challenge(
                        UUID.randomUUID(),
                        chain,
                        validator.address().text(),
                        node.address().text(),
                        ChallengeKind.NETWORK,
                        1,
                        ROWS,
                        new NetworkStream(key).nonce(1),
                        now,
                        now.plus(Duration.ofMinutes(1)),
                        null)
                .signed(validator);
        return new NetworkOffer(challenge, key);
    }

    public Commitment held(NetworkOffer offer) {
        Challenge challenge = offer.challenge();
        return new Commitment(challenge.id(), challenge.digest(), new NetworkStream(offer.key()).root(challenge), null)
                .signed(chain, node);
    }

    /** With the stream's key. */
    public Question key(NetworkOffer offer, Commitment commitment, Instant openBy) {
        return new Question(offer.challenge().id(), commitment.digest(), offer.key(), openBy, null)
                .signed(chain, validator);
    }

    public Opening back(NetworkOffer offer, Question question) {
        var stream = new NetworkStream(offer.key());
        List<OpenedRow> rows = Arrays.stream(Asked.rows(offer.challenge(), question))
                .mapToObj(block -> OpenedRow.of(block, stream.block(block)))
                .toList();
        return new Opening(offer.challenge().id(), question.digest(), rows, null).signed(chain, node);
    }

    public Commitment commitment(Challenge challenge) {
        return new Commitment(
                        challenge.id(),
                        challenge.digest(),
                        HexFormat.of().formatHex(tree(product(challenge)).root()),
                        null)
                .signed(chain, node);
    }

    public Question question(Commitment commitment, Instant openBy) {
        return new Question(commitment.challenge(), commitment.digest(), bytes32(), openBy, null)
                .signed(chain, validator);
    }

    public Opening opening(Challenge challenge, Question question) {
        int[][] product = product(challenge);
        RowTree tree = tree(product);
        List<OpenedRow> rows = Arrays.stream(Asked.rows(challenge, question))
                .mapToObj(row -> OpenedRow.of(row, product[row], tree))
                .toList();
        return new Opening(challenge.id(), question.digest(), rows, null).signed(chain, node);
    }

    public Attestation attestation(Challenge challenge, @Nullable String previous) {
        Instant judged = Instant.parse("2026-11-22T02:00:00Z");
        return new Attestation(
                        challenge.id(),
                        chain,
                        challenge.validator(),
                        challenge.node(),
                        AttestationKind.of(challenge.kind()),
                        challenge.size(),
                        challenge.rows(),
                        Verdict.VALID,
                        null,
                        7L,
                        null,
                        bytes32(),
                        previous,
                        judged,
                        judged.plus(Duration.ofDays(7)),
                        null)
                .signed(validator);
    }

    private static int[][] product(Challenge challenge) {
        int size = challenge.size();
        var rows = new MatrixRows(challenge.seed());
        byte[][] b = new byte[size][size];
        for (int i = 0; i < size; i++) {
            rows.b(i, b[i]);
        }
        int[][] product = new int[size][size];
        byte[] a = new byte[size];
        for (int i = 0; i < size; i++) {
            rows.a(i, a);
            for (int j = 0; j < size; j++) {
                for (int t = 0; t < size; t++) {
                    product[i][j] += a[t] * b[t][j];
                }
            }
        }
        return product;
    }

    private static RowTree tree(int[][] product) {
        byte[] leaves = new byte[product.length * RowTree.HASH];
        for (int i = 0; i < product.length; i++) {
            byte[] leaf = RowTree.leaf(Digests.sha256(), i, RowTree.bytes(product[i]));
            System.arraycopy(leaf, 0, leaves, i * RowTree.HASH, RowTree.HASH);
        }
        return new RowTree(leaves);
    }
}
