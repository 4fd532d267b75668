package io.pithead.e2e;

import static io.pithead.e2e.Challenges.MINER;
import static io.pithead.e2e.Challenges.VALIDATOR;
import static io.pithead.e2e.Challenges.post;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.challenge.Asked;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Freivalds;
import io.pithead.protocol.challenge.OpenedRow;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.RowTree;
import io.pithead.protocol.json.Json;
import java.io.ByteArrayInputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A validator and a node find out about each other through the coordinator, over HTTP and with real keys. */
@ExtendWith(SharedServer.class)
class ChallengeApiIT {
    private static Operator operator;
    private static Tenant owner;

    private Challenges story;

    @BeforeAll
    static void people() {
        operator = SharedServer.operator();
        owner = operator.tenant("challenged");
    }

    @BeforeEach
    void both() {
        story = Challenges.of(operator, owner);
    }

    private Answer view(Challenge challenge, String query) {
        return story.validator.get(VALIDATOR + "/" + challenge.id() + query).expect(200);
    }

    private String state(Challenge challenge) {
        return view(challenge, "").body().get("state").asText();
    }

    private List<String> told() {
        return story.beat()
                .body()
                .get("directives")
                .valueStream()
                .filter(directive -> directive.get("type").asText().equals("challenge"))
                .map(directive -> directive.get("challenge").asText())
                .toList();
    }

    @Test
    void from_the_challenge_to_the_attestation_that_everybody_can_check() throws Exception {
        Challenge challenge = story.offered();
        String own = VALIDATOR + "/" + challenge.id();
        String node = MINER + challenge.id();
        assertThat(told()).containsExactly(challenge.id().toString());
        Challenge seen = Json.bind(story.owner.miner().get(node).expect(200).body(), Challenge.class);
        assertThat(seen).isEqualTo(challenge);
        assertThat(seen.isSignedBy(seen.chain(), seen.validator())).isTrue();
        assertThat(story.owner.miner().get(node + "/question").status()).isEqualTo(204);

        Commitment commitment = story.commitment(seen);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var waiting = CompletableFuture.supplyAsync(() -> view(challenge, "?wait=30&state=offered"), threads);
            post(story.owner.miner(), node + "/commitment", commitment).expect(200);
            assertThat(waiting.join().body().get("state").asText()).isEqualTo("COMMITTED");
        }
        assertThat(told()).isEmpty();
        assertThat(Json.bind(view(challenge, "").body().get("commitment"), Commitment.class))
                .isEqualTo(commitment);

        Question question = story.question(challenge, commitment);
        post(story.validator, own + "/question", question).expect(200);
        Question asked = Json.bind(
                story.owner.miner().get(node + "/question?wait=30").expect(200).body(), Question.class);
        assertThat(asked).isEqualTo(question);

        Opening opening = story.opening(seen, asked);
        assertThat(post(story.owner.miner(), node + "/opening", opening)
                        .expect(200)
                        .body()
                        .get("state")
                        .asText())
                .isEqualTo("OPENED");
        Opening carried =
                Json.bind(story.validator.get(own + "/opening").expect(200).body(), Opening.class);
        assertThat(carried).isEqualTo(opening);
        assertThat(carried.isSignedBy(challenge.chain(), challenge.node())).isTrue();
        int[][] rows = carried.rows().stream()
                .map(row -> RowTree.row(row.bytes(challenge.size()).orElseThrow()))
                .toArray(int[][]::new);
        assertThat(Freivalds.holds(challenge, Asked.rows(challenge, question), rows, Asked.vector(challenge, question)))
                .isTrue();

        Attestation attestation = story.attestation(challenge, null);
        post(story.validator, own + "/attestation", attestation).expect(200);
        Refused.with(story.validator.get(own + "/opening"), 404, "NOT_FOUND");
        String everybodys = "/v1/attestations/" + challenge.id();
        Attestation read =
                Json.bind(SharedServer.open().get(everybodys).expect(200).body(), Attestation.class);
        assertThat(read).isEqualTo(attestation);
        assertThat(read.isSignedBy(read.chain(), read.validator())).isTrue();
        for (String filter : List.of("node=" + challenge.node(), "validator=" + challenge.validator())) {
            assertThat(SharedServer.open()
                            .get("/v1/attestations?" + filter)
                            .expect(200)
                            .body()
                            .get("items"))
                    .hasSize(1)
                    .allMatch(one ->
                            one.get("challenge").asText().equals(challenge.id().toString()));
        }
    }

    @Test
    void every_message_may_come_again_and_none_may_change() {
        Challenge challenge = story.offered();
        post(story.validator, VALIDATOR, challenge).expect(201);
        Commitment commitment = story.commitment(challenge);
        Question question = story.asked(challenge, commitment);
        String node = MINER + challenge.id();
        post(story.owner.miner(), node + "/commitment", commitment).expect(200);
        Refused.with(
                post(story.owner.miner(), node + "/commitment", story.commitment(challenge, Challenges.bytes32())),
                409,
                "CONFLICT_STATE");
        String own = VALIDATOR + "/" + challenge.id();
        post(story.validator, own + "/question", question).expect(200);
        Refused.with(
                post(story.validator, own + "/question", story.question(challenge, commitment)), 409, "CONFLICT_STATE");
        Opening opening = story.opening(challenge, question);
        for (int twice = 0; twice < 2; twice++) {
            post(story.owner.miner(), node + "/opening", opening).expect(200);
        }
        Refused.with(
                post(story.owner.miner(), node + "/opening", story.opening(challenge, question, List.of())),
                409,
                "CONFLICT_STATE");
        assertThat(state(challenge)).isEqualTo("OPENED");
    }

    @Test
    void a_node_that_is_listed_is_described_and_its_owner_is_not() {
        // the shared server has other nodes: this one's page begins just before it
        byte[] address = HexFormat.of().parseHex(story.nodeKey.address().text().substring(2));
        address[19]--;
        String cursor = "0x" + HexFormat.of().formatHex(address);
        Answer page = story.validator
                .get("/v1/validator/nodes?limit=1&cursor=" + cursor)
                .expect(200);
        JsonNode node = page.body().at("/items/0");
        assertThat(node.get("address").asText())
                .isEqualTo(story.nodeKey.address().text());
        assertThat(node.get("online").asBoolean()).isTrue();
        assertThat(node.at("/hardware/ram_mb").asInt()).isEqualTo(2_048);
        assertThat(page.text()).doesNotContain("of-its-owner", story.minerId, story.owner.account());
    }

    @Test
    void who_speaks_for_another_is_told_so() {
        Challenge challenge = story.offered();
        Challenges other = Challenges.of(operator, owner);
        var forged = new Challenge(
                UUID.randomUUID(),
                0L,
                challenge.validator(),
                other.nodeKey.address().text(),
                challenge.kind(),
                16,
                4,
                Challenges.bytes32(),
                challenge.issuedAt(),
                challenge.commitBy(),
                null);
        Refused.naming(post(other.validator, VALIDATOR, forged), "/signature");
        Refused.naming(post(other.validator, VALIDATOR, forged.signed(other.validatorKey)), "/signature");
        Commitment commitment = story.commitment(challenge);
        Commitment byAnother =
                new Commitment(challenge.id(), challenge.digest(), commitment.root(), null).signed(0, other.nodeKey);
        Refused.naming(post(story.owner.miner(), MINER + challenge.id() + "/commitment", byAnother), "/signature");
        assertThat(state(challenge)).isEqualTo("OFFERED");
    }

    @Test
    void a_challenge_that_cannot_be_is_refused_by_name() {
        Refused.naming(
                post(story.validator, VALIDATOR, story.challenge(0, 16, 4, Duration.ofSeconds(-1))), "/commit_by");
        Refused.naming(post(story.validator, VALIDATOR, story.challenge(0, 16, 4, Duration.ofHours(2))), "/commit_by");
        Refused.with(
                post(story.validator, VALIDATOR, story.challenge(4_711, 16, 4, Duration.ofMinutes(1))),
                403,
                "FORBIDDEN_SIGNER");
        story.offered();
        Answer busy = Refused.with(post(story.validator, VALIDATOR, story.challenge()), 409, "CONFLICT_STATE");
        assertThat(busy.body().at("/error/details/node").asText()).isEqualTo("BUSY");
    }

    @Test
    void an_opening_beyond_the_general_limit_of_bodies_is_carried_and_not_judged() {
        int size = 4_096;
        int rows = Challenge.MAX_ROWS;
        Challenge challenge = story.challenge(0, size, rows, Duration.ofMinutes(10));
        post(story.validator, VALIDATOR, challenge).expect(201);
        Question question = story.asked(challenge, story.commitment(challenge, Challenges.bytes32()));
        String values = Base64.getEncoder().encodeToString(new byte[4 * size]);
        // the longest path that such a tree has: none of it is true
        List<String> path = Stream.generate(Challenges::bytes32).limit(12).toList();
        Opening opening = story.opening(
                challenge,
                question,
                Arrays.stream(Asked.rows(challenge, question))
                        .mapToObj(row -> new OpenedRow(row, values, path))
                        .toList());
        assertThat(Json.write(opening)).hasSizeBetween(1024 * 1024 + 1, Opening.maxBytes(challenge));
        post(story.owner.miner(), MINER + challenge.id() + "/opening", opening).expect(200);
        assertThat(story.validator
                        .get(VALIDATOR + "/" + challenge.id() + "/opening")
                        .expect(200)
                        .text())
                .isEqualTo(Json.text(opening));
    }

    @Test
    void an_opening_larger_than_the_answer_can_be_is_413_announced_or_not() throws Exception {
        Challenge challenge = story.offered();
        Question question = story.asked(challenge, story.commitment(challenge));
        String path = MINER + challenge.id() + "/opening";
        byte[] large = new byte[Opening.maxBytes(challenge) + 1];
        Arrays.fill(large, (byte) ' ');
        Answer announced = story.owner.miner().send("POST", path, large, "Content-Type", "application/json");
        Refused.with(announced, 413, "PAYLOAD_TOO_LARGE");
        assertThat(announced.body().at("/error/details/max_bytes").asInt()).isEqualTo(large.length - 1);
        HttpRequest inChunks = HttpRequest.newBuilder(
                        story.owner.miner().origin().resolve(path))
                .header("Authorization", "Bearer " + story.owner.miner().key())
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large)))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            assertThat(client.send(inChunks, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(413);
        }
        assertThat(state(challenge)).isEqualTo("ASKED");
        post(story.owner.miner(), path, story.opening(challenge, question)).expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "not JSON", "{", "{\"a\":1}}"})
    void an_opening_that_is_no_json_is_400(String body) {
        Challenge challenge = story.offered();
        story.asked(challenge, story.commitment(challenge));
        Refused.with(opened(challenge, body), 400, "INVALID_PAYLOAD");
        assertThat(state(challenge)).isEqualTo("ASKED");
    }

    @Test
    void a_wrong_member_of_an_opening_is_named() {
        Challenge challenge = story.offered();
        Question question = story.asked(challenge, story.commitment(challenge));
        Refused.with(opened(challenge, "[]"), 422, "INVALID_PAYLOAD");
        Refused.naming(opened(challenge, "{\"challenge\":\"" + challenge.id() + "\"}"), "/question");
        Opening honest = story.opening(challenge, question);
        Refused.naming(opened(challenge, Json.text(honest).replace("\"index\":", "\"indix\":")), "/rows/0/index");
        Refused.naming(
                opened(
                        challenge,
                        Json.text(new Opening(challenge.id(), Challenges.bytes32(), honest.rows(), null)
                                .signed(0, story.nodeKey))),
                "/question");
        assertThat(state(challenge)).isEqualTo("ASKED");
    }

    private Answer opened(Challenge challenge, String body) {
        return story.owner
                .miner()
                .send(
                        "POST",
                        MINER + challenge.id() + "/opening",
                        body.getBytes(StandardCharsets.UTF_8),
                        "Content-Type",
                        "application/json");
    }

    @Test
    void attestations_follow_each_other() {
        Challenge first = story.offered();
        Attestation one = story.attestation(first, null);
        post(story.validator, VALIDATOR + "/" + first.id() + "/attestation", one)
                .expect(200);
        Challenge second = story.offered();
        String path = VALIDATOR + "/" + second.id() + "/attestation";
        Answer loose =
                Refused.with(post(story.validator, path, story.attestation(second, null)), 409, "CONFLICT_STATE");
        assertThat(loose.body().at("/error/details/previous").asText()).isEqualTo(one.digest());
        Refused.naming(post(story.validator, path, story.attestation(first, one.digest())), "/challenge");
        post(story.validator, path, story.attestation(second, one.digest())).expect(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"node=0x12", "validator=nobody", "cursor=0x12", "limit=0", "node=%00"})
    void a_wrong_filter_of_attestations_is_named(String query) {
        Refused.with(SharedServer.open().get("/v1/attestations?" + query), 400, "MALFORMED_REQUEST");
    }

    @Test
    void a_wait_has_an_end() {
        Challenge challenge = story.offered();
        Refused.with(story.validator.get(VALIDATOR + "/" + challenge.id() + "?wait=31"), 400, "MALFORMED_REQUEST");
        Refused.with(story.owner.miner().get(MINER + challenge.id() + "/question?wait=-1"), 400, "MALFORMED_REQUEST");
        assertThat(story.owner
                        .miner()
                        .get(MINER + challenge.id() + "/question?wait=1")
                        .status())
                .isEqualTo(204);
        assertThat(view(challenge, "?wait=1&state=offered").body().get("state").asText())
                .isEqualTo("OFFERED");
    }
}
