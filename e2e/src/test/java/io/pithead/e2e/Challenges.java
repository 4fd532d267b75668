package io.pithead.e2e;

import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.AttestationKind;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.MatrixRows;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A validator and a node of a tenant's, with keys of their own, that speak to each other by hand; the product is a true one. */
final class Challenges {
    private static final SecureRandom RANDOM = new SecureRandom();
    static final String VALIDATOR = "/v1/validator/challenges";
    static final String MINER = "/v1/miner/challenges/";

    final Api validator;
    final Tenant owner;
    final String minerId;
    final WalletKey validatorKey = WalletKey.generate(RANDOM);
    final WalletKey nodeKey = WalletKey.generate(RANDOM);

    private Challenges(Api validator, Tenant owner, String minerId) {
        this.validator = validator;
        this.owner = owner;
        this.minerId = minerId;
    }

    /** The node is online. */
    static Challenges of(Operator operator, Tenant owner) {
        String minerId = SharedServer.name("challenged");
        var challenges = new Challenges(operator.client(operator.account("validator"), "validator"), owner, minerId);
        owner.miner()
                .post(
                        "/v1/miner/register",
                        Map.of(
                                "miner_id",
                                minerId,
                                "mode",
                                "cpu",
                                "renews",
                                true,
                                "workloads",
                                List.of(minerId),
                                "node_address",
                                challenges.nodeKey.address().text(),
                                "hardware",
                                Map.of("ram_mb", 2_048, "network", Map.of("hostname", "of-its-owner"))))
                .expect(201);
        return challenges;
    }

    Answer beat() {
        return owner.miner()
                .post("/v1/miner/heartbeat", Map.of("miner_id", minerId, "mode", "cpu", "running", List.of()))
                .expect(200);
    }

    static String bytes32() {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    Challenge challenge(long chain, int size, int rows, Duration time) {
        Instant now = Instant.now();
        return new Challenge(
                        UUID.randomUUID(),
                        chain,
                        validatorKey.address().text(),
                        nodeKey.address().text(),
                        ChallengeKind.COMPUTE,
                        size,
                        rows,
                        bytes32(),
                        now.minusSeconds(60),
                        now.plus(time),
                        null)
                .signed(validatorKey);
    }

    Challenge challenge() {
        return challenge(0, 16, 4, Duration.ofMinutes(10));
    }

    Challenge offered() {
        Challenge challenge = challenge();
        post(validator, VALIDATOR, challenge).expect(201);
        return challenge;
    }

    Commitment commitment(Challenge challenge) {
        return commitment(
                challenge, HexFormat.of().formatHex(tree(product(challenge)).root()));
    }

    Commitment commitment(Challenge challenge, String root) {
        return new Commitment(challenge.id(), challenge.digest(), root, null).signed(challenge.chain(), nodeKey);
    }

    Question question(Challenge challenge, Commitment commitment) {
        return new Question(
                        challenge.id(),
                        commitment.digest(),
                        bytes32(),
                        Instant.now().plusSeconds(600),
                        null)
                .signed(challenge.chain(), validatorKey);
    }

    /** A challenge that waits for this to be opened. */
    Question asked(Challenge challenge, Commitment commitment) {
        post(owner.miner(), MINER + challenge.id() + "/commitment", commitment).expect(200);
        Question question = question(challenge, commitment);
        post(validator, VALIDATOR + "/" + challenge.id() + "/question", question)
                .expect(200);
        return question;
    }

    Opening opening(Challenge challenge, Question question) {
        int[][] product = product(challenge);
        RowTree tree = tree(product);
        return opening(
                challenge,
                question,
                Arrays.stream(Asked.rows(challenge, question))
                        .mapToObj(row -> OpenedRow.of(row, product[row], tree))
                        .toList());
    }

    Opening opening(Challenge challenge, Question question, List<OpenedRow> rows) {
        return new Opening(challenge.id(), question.digest(), rows, null).signed(challenge.chain(), nodeKey);
    }

    Attestation attestation(Challenge challenge, @Nullable String previous) {
        Instant judged = Instant.now();
        return new Attestation(
                        challenge.id(),
                        challenge.chain(),
                        challenge.validator(),
                        challenge.node(),
                        AttestationKind.of(challenge.kind()),
                        challenge.size(),
                        challenge.rows(),
                        Verdict.VALID,
                        null,
                        5L,
                        null,
                        bytes32(),
                        previous,
                        judged,
                        judged.plus(Duration.ofDays(7)),
                        null)
                .signed(validatorKey);
    }

    static Answer post(Api api, String path, Object message) {
        return api.send("POST", path, Json.write(message), "Content-Type", "application/json");
    }

    static int[][] product(Challenge challenge) {
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
