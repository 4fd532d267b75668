package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.e2e.Api.Answer;
import io.pithead.e2e.OpenApi.Operation;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.key.Scope;
import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Keys that open nothing, and ids that belong to somebody else, at every endpoint that the server says it has. */
@ExtendWith(SharedServer.class)
class ForeignIdsIT {
    private static final String ADMIN = "/v1/admin/";
    private static final Duration BEAT = Duration.ofSeconds(5);
    /** For all, by design; {@code /metrics} is for this machine. */
    private static final Set<String> OPEN = Set.of(
            "GET /health/live",
            "GET /health/ready",
            "GET /metrics",
            "GET /v1/attestations",
            "GET /v1/attestations/{challenge}",
            "GET /v1/chains",
            "GET /v1/charges",
            "GET /v1/charges/{id}",
            "GET /v1/epochs",
            "GET /v1/epochs/{number}",
            "GET /v1/epochs/{number}/leaves",
            "GET /v1/keys",
            "GET /v1/leaderboard",
            "GET /v1/leaderboard/validators",
            "GET /v1/nodes/{node}/reputation",
            "GET /v1/sanctions",
            "POST /v1/session",
            "GET /v1/session/oidc",
            "POST /v1/session/link",
            "POST /v1/session/oidc",
            "POST /v1/session/oidc/code",
            "POST /v1/session/oidc/finish");

    /** No key opens these; who signed in with a cookie may, and to whom else they say nothing is told in {@link SessionIT}. */
    private static final Set<String> OF_PEOPLE = Set.of(
            "DELETE /v1/session",
            "GET /v1/session",
            "GET /v1/session/oidc/binding",
            "POST /v1/session/oidc/bind",
            "POST /v1/session/oidc/unbind",
            "POST /v1/session/password",
            "POST /v1/session/totp",
            "POST /v1/session/totp/confirm",
            "POST /v1/session/totp/recovery-codes",
            "POST /v1/session/totp/remove");

    /** No key opens these; a wallet's signature does, and what it opens to whom is told in {@link DiscoveryIT}. */
    private static final Set<String> SIGNED = Set.of(
            "PUT /v1/discovery/nodes",
            "GET /v1/discovery/nodes/{address}",
            "GET /v1/discovery/runs/{run}/nodes",
            "GET /v1/discovery/validator/nodes");

    /** For all keys of the scope, by design. */
    private static final Set<String> SHARED =
            Set.of("GET /v1/validator/cases", "GET /v1/validator/charges", "GET /v1/validator/nodes");

    /** What names nobody's things but the caller's own: the key says who asks. */
    private static final Set<String> OWN_ONLY = Set.of(
            "GET /groups",
            "GET /groups/configs",
            "GET /nodes",
            "GET /tasks",
            "GET /v1/jobs",
            "GET /v1/runs",
            "GET /v1/validator/challenges",
            "GET /v1/wallet/balance",
            "GET /v1/wallet/claim",
            "GET /v1/wallet/entries",
            "GET /v1/wallet/earnings",
            "GET /v1/wallet/payout",
            "GET /v1/webhooks",
            "POST /groups/force-regroup",
            "POST /tasks",
            "POST /tasks/plan",
            "POST /v1/jobs",
            "POST /v1/jobs/plan",
            "POST /v1/runs",
            "POST /v1/runs/plan",
            "POST /v1/miner/register",
            "POST /v1/miner/heartbeat",
            "POST /v1/miners/drain",
            "POST /v1/miners/heartbeat",
            "POST /v1/miners/poll",
            "POST /v1/miners/register",
            "POST /v1/validator/challenges",
            "POST /v1/validator/streams",
            "POST /v1/wallet/deposits",
            "POST /v1/webhooks",
            "POST /v1/webhooks/secret",
            "PUT /v1/wallet/payout");

    private static final byte[] NO_BODY = {};
    private static final byte[] FILE = "the victim's file".getBytes(StandardCharsets.UTF_8);
    private static final Duration SOON = Duration.ofSeconds(30);

    private static Operator operator;
    private static List<Operation> operations;
    private static Tenant victim;
    private static Tenant thief;
    /** The victim's: held by its own miner, and done. */
    private static JsonNode held;

    private static String done;
    private static String minerId;
    private static String webhook;
    /** The victim's task, and the address of the node it is on. */
    private static JsonNode task;

    /** The group of another task of the victim's. */
    private static JsonNode group;

    private static String sha256;

    /** Of the victim's validator to the victim's node, which has committed. */
    private static Challenges challenges;

    private static Challenge challenge;
    private static Commitment commitment;
    /** A validator that it is not of. */
    private static Api stranger;

    private static Thread beats;
    private List<JsonNode> before;

    @BeforeAll
    static void people() {
        operator = SharedServer.operator();
        operations = OpenApi.operations(SharedServer.open());
        String workload = SharedServer.name("victim");
        minerId = workload;
        victim = operator.tenant("victim").deposit("100").register(minerId, workload, 2, false);
        victim.register(minerId + "-2", workload, 1, false);
        thief = operator.tenant("thief").deposit("100").register("thief", SharedServer.name("thief"), 1, false);
        done = victim.submit(workload);
        victim.prove(victim.next(minerId)).expect(201);
        victim.submit(workload);
        held = victim.next(minerId);
        sha256 = Digests.sha256Hex(FILE);
        victim.miner()
                .send("PUT", "/v1/artifacts/" + sha256, FILE, "Content-Type", "application/octet-stream")
                .expect(201);
        task = Containers.on(victim, SharedServer.name("host")).task();
        group = Containers.pair(victim, SharedServer.name("pair"), Map.of()).group();
        challenges = Challenges.of(operator, victim);
        challenge = challenges.offered();
        commitment = challenges.commitment(challenge);
        Challenges.post(victim.miner(), Challenges.MINER + challenge.id() + "/commitment", commitment)
                .expect(200);
        stranger = operator.client(operator.account("stranger"), "validator");
        webhook = victim.buyer()
                .post("/v1/webhooks", Map.of("url", "https://example.com/hook"))
                .expect(201)
                .body()
                .get("id")
                .asText();
        beats = Thread.ofVirtual().start(ForeignIdsIT::beat);
    }

    /** What nodes have is taken from those that are silent, and on a slow machine this takes longer than that. */
    private static void beat() {
        while (!Thread.currentThread().isInterrupted()) {
            nodes().forEach(node -> victim.miner()
                    .post(
                            "/v1/miner/heartbeat",
                            Map.of("miner_id", node.get("miner_id").asText(), "mode", "cpu", "gpu", false))
                    .expect(200));
            LockSupport.parkNanos(BEAT.toNanos());
        }
    }

    @AfterAll
    static void silence() {
        beats.interrupt();
    }

    @BeforeEach
    void look() {
        before = victim.picture();
    }

    @AfterEach
    void nothing_of_the_victims_changed() {
        assertThat(victim.picture()).isEqualTo(before);
        assertThat(webhooks(victim)).contains(webhook);
        assertThat(victim.buyer().get("/groups").expect(200).body().get("groups"))
                .containsExactly(group);
        assertThat(node().get("draining").asBoolean()).isFalse();
        assertThat(challenges
                        .validator
                        .get(Challenges.VALIDATOR + "/" + challenge.id())
                        .expect(200)
                        .body()
                        .get("state")
                        .asText())
                .isEqualTo("COMMITTED");
    }

    @Test
    void without_a_key_with_a_wrong_one_or_one_that_is_over_nothing_is_open() {
        String scratch = operator.account("scratch");
        JsonNode revoked = operator.issue(scratch, "buyer", Map.of());
        JsonNode expired = operator.issue(
                scratch, "buyer", Map.of("expires_at", Instant.now().plusSeconds(2)));
        operator.revoke(revoked.get("id").asText());
        awaitDead(revoked);
        awaitDead(expired);
        List<String> keys = List.of(
                "nonsense",
                ApiKey.generate(Scope.ADMIN, new SecureRandom()).text(),
                ApiKey.generate(Scope.BUYER, new SecureRandom()).text() + "x",
                revoked.get("key").asText(),
                expired.get("key").asText());
        for (Operation operation : closed()) {
            assertUnauthorized(operation, operation.call(SharedServer.open()));
            for (String key : keys) {
                assertUnauthorized(operation, operation.call(SharedServer.open().withKey(key)));
            }
        }
    }

    @Test
    void no_key_opens_what_a_wallet_signs() {
        Api validator = operator.client(operator.account("validator"), "validator");
        for (Operation operation : operations) {
            if (SIGNED.contains(operation.name())) {
                for (Api api :
                        List.of(SharedServer.open(), operator.api(), victim.buyer(), victim.miner(), validator)) {
                    Refused.with(operation.call(api), 401, "SIGNATURE_REQUIRED");
                }
            }
        }
    }

    @Test
    void no_key_opens_what_is_for_people() {
        for (Operation operation : operations) {
            if (OF_PEOPLE.contains(operation.name())) {
                for (Api api : List.of(SharedServer.open(), operator.api(), victim.buyer(), victim.miner())) {
                    Refused.with(operation.call(api), 401, "NOT_SIGNED_IN");
                }
            }
        }
    }

    @Test
    void a_key_opens_what_its_scope_names_and_nothing_else() {
        Api validator = operator.client(operator.account("validator"), "validator");
        for (Operation operation : closed()) {
            Map<String, Api> keys = Map.of(
                    "admin", operator.api(), "buyer", thief.buyer(), "miner", thief.miner(), "validator", validator);
            Set<String> scopes = scopes(operation);
            keys.forEach((scope, api) -> {
                if (!scopes.contains(scope)) {
                    Answer answer = operation.call(api);
                    assertThat(answer.status())
                            .as(operation + " by " + scope + ": " + answer.text())
                            .isEqualTo(403);
                    if (!operation.method().equals("HEAD")) {
                        Refused.with(answer, 403, "FORBIDDEN_SCOPE");
                    }
                }
            });
        }
    }

    @Test
    void every_endpoint_is_open_or_the_operators_or_the_callers_own_or_tried_with_ids_of_others() {
        var known = new TreeSet<String>(OPEN);
        known.addAll(OWN_ONLY);
        known.addAll(SHARED);
        known.addAll(SIGNED);
        known.addAll(OF_PEOPLE);
        known.addAll(attempts().keySet());
        assertThat(operations.stream().map(Operation::name).filter(name -> !name.contains(" " + ADMIN)))
                .as("a new endpoint needs a case here")
                .containsExactlyInAnyOrderElementsOf(known);
        assertThat(operations.stream()
                        .filter(Operation::inPath)
                        .map(Operation::name)
                        .filter(name -> !name.contains(" " + ADMIN) && !SIGNED.contains(name)))
                .as("an id in the path is tried")
                .allMatch(attempts()::containsKey);
    }

    @Test
    void the_ids_of_others_lead_nowhere() {
        attempts().forEach((name, attempt) -> {
            Answer answer = attempt.get();
            assertThat(answer.status()).as(name + ": " + answer.text()).isEqualTo(404);
            if (!name.startsWith("HEAD")) {
                Refused.somehow(answer);
                assertThat(answer.text()).doesNotContain(Tenant.OUTPUT_SHA, victim.account());
            }
        });
    }

    @Test
    void the_ids_of_others_and_of_nobody_are_answered_alike() {
        attempts().forEach((name, attempt) -> {
            if (name.startsWith("HEAD")) {
                return;
            }
            JsonNode others = attempt.get().body().at("/error");
            String path = name.substring(name.indexOf(' ') + 1);
            Operation operation = operations.stream()
                    .filter(one -> one.name().equals(name))
                    .findAny()
                    .orElseThrow();
            if (operation.inPath() && !operation.hasBody() && !path.startsWith("/v1/artifacts")) {
                assertThat(operation.call(own(name)).body().at("/error"))
                        .as(name)
                        .isEqualTo(others);
            }
        });
    }

    @Test
    void a_heartbeat_or_a_registration_with_anothers_miner_id_makes_a_node_of_ones_own() {
        JsonNode node = node();
        thief.miner()
                .post("/v1/miner/heartbeat", Map.of("miner_id", minerId, "wallet", victim.account(), "mode", "cpu"))
                .expect(200);
        thief.register(minerId, "nothing", 1, false);
        thief.miner().post("/v1/miner/drain", Map.of("miner_id", minerId)).expect(200);
        assertThat(thief.miner()
                        .get("/v1/miner/next?miner=" + minerId + "&slots=1")
                        .status())
                .isEqualTo(204);
        assertThat(node().get("id")).isEqualTo(node.get("id"));
        assertThat(node().get("capabilities")).isEqualTo(node.get("capabilities"));
    }

    @Test
    void work_for_a_run_that_is_not_the_callers_is_refused_by_name() {
        // that another's run is told from nobody's by nothing is told in RunGateIT
        String run = task.at("/id").asText();
        for (Answer answer : List.of(
                thief.buyer().post("/v1/jobs", Map.of("workload", minerId, "run", run)),
                thief.buyer().post("/tasks", Map.of("name", "t", "image", "i", "run", run)))) {
            Refused.naming(answer, "/run");
        }
    }

    @Test
    void money_goes_to_the_account_of_the_key_whatever_wallet_a_miner_names() {
        String workload = SharedServer.name("wallet");
        thief.miner()
                .post(
                        "/v1/miner/register",
                        Map.of(
                                "miner_id",
                                workload,
                                "mode",
                                "cpu",
                                "workloads",
                                List.of(workload),
                                "wallet",
                                victim.account()))
                .expect(201);
        Tenant buyer = operator.tenant("wallet-buyer").deposit("10");
        buyer.submit(workload);
        var balance = thief.balance();
        JsonNode receipt = thief.prove(thief.next(workload)).expect(201).body().get("receipt");
        assertThat(thief.balance().subtract(balance)).isEqualByComparingTo("2.5");
        assertThat(receipt.get("provider").asText()).isEqualTo(thief.account());
    }

    private interface Attempt {
        Answer get();
    }

    /** What the thief does with the victim's ids. */
    private static Map<String, Attempt> attempts() {
        String job = held.get("id").asText();
        long lease = held.get("lease").asLong();
        var attempts = new TreeMap<String, Attempt>();
        for (String read : List.of(
                "",
                "/history",
                "/result",
                "/receipt",
                "/receipts",
                "/explain",
                "/events",
                "/logs",
                "/logs/follow",
                "/verification",
                "/dispute")) {
            attempts.put("GET /v1/jobs/{id}" + read, () -> thief.buyer().get("/v1/jobs/" + done + read));
        }
        attempts.put("POST /v1/jobs/{id}/cancel", () -> thief.buyer().post("/v1/jobs/" + job + "/cancel", Map.of()));
        attempts.put(
                "POST /v1/jobs/{id}/dispute",
                () -> thief.buyer().post("/v1/jobs/" + done + "/dispute", Map.of("reason", "not mine")));
        attempts.put(
                "DELETE /v1/webhooks/{id}", () -> thief.buyer().send("DELETE", "/v1/webhooks/" + webhook, NO_BODY));
        attempts.put("GET /v1/artifacts/{sha256}", () -> thief.buyer().get("/v1/artifacts/" + sha256));
        attempts.put(
                "HEAD /v1/artifacts/{sha256}", () -> thief.miner().send("HEAD", "/v1/artifacts/" + sha256, NO_BODY));
        // how far the victim's upload is, is not told either
        attempts.put(
                "PUT /v1/artifacts/{sha256}",
                () -> thief.miner()
                        .send("PUT", "/v1/artifacts/" + sha256, NO_BODY, "Content-Range", "bytes */" + FILE.length));
        String path = "/tasks/" + task.at("/id").asText();
        attempts.put("GET /tasks/{id}", () -> thief.buyer().get(path));
        attempts.put("GET /tasks/{id}/files", () -> thief.buyer().get(path + "/files"));
        attempts.put("GET /tasks/{id}/metrics", () -> thief.buyer().get(path + "/metrics"));
        attempts.put("DELETE /tasks/{id}", () -> thief.buyer().send("DELETE", path, NO_BODY));
        for (String verb : List.of("stop", "pause", "resume")) {
            attempts.put("POST /tasks/{id}/" + verb, () -> thief.buyer().post(path + "/" + verb, Map.of()));
        }
        String kept = "/v1/tasks/" + task.at("/id").asText() + "/snapshots";
        attempts.put("GET /v1/tasks/{id}/snapshots", () -> thief.buyer().get(kept));
        attempts.put(
                "GET /v1/tasks/{id}/snapshots/{job}/data",
                () -> thief.buyer().get(kept + "/" + task.at("/nodes/0/job").asText() + "/data"));
        String pair = "/groups/" + group.get("id").asText();
        attempts.put("GET /groups/{id}/logs", () -> thief.buyer().get(pair + "/logs"));
        attempts.put("DELETE /groups/{id}", () -> thief.buyer().send("DELETE", pair, NO_BODY));
        String node = "/nodes/" + task.at("/nodes/0/address").asText();
        // a run needs a chain: that others' are told from nobody's by nothing is told in RunsIT
        String run = "/v1/runs/" + task.at("/id").asText();
        attempts.put("GET /v1/runs/{id}", () -> thief.buyer().get(run));
        attempts.put("GET /v1/runs/{id}/nodes", () -> thief.buyer().get(run + "/nodes"));
        for (String verb : List.of("start", "close")) {
            attempts.put("POST /v1/runs/{id}/" + verb, () -> thief.buyer().post(run + "/" + verb, Map.of()));
        }
        attempts.put(
                "POST /v1/miner/invites/{id}/accept",
                () -> thief.miner()
                        .post(
                                "/v1/miner/invites/" + task.at("/id").asText() + "/accept",
                                Map.of("signature", "0x" + "11".repeat(64) + "1b")));
        attempts.put("GET /nodes/{address}/logs", () -> thief.buyer().get(node + "/logs"));
        attempts.put("GET /nodes/{address}/metrics", () -> thief.buyer().get(node + "/metrics"));
        attempts.put("POST /nodes/{address}/restart", () -> thief.buyer().post(node + "/restart", Map.of()));
        attempts.put("GET /v1/miner/next", () -> thief.miner().get("/v1/miner/next?slots=1&miner=" + minerId + "-2"));
        attempts.put(
                "POST /v1/miner/drain",
                () -> thief.miner().post("/v1/miner/drain", Map.of("miner_id", minerId + "-2")));
        attempts.put("POST /v1/miner/proof", () -> thief.miner().post("/v1/miner/proof", Tenant.proof(job, lease)));
        attempts.put(
                "POST /v1/miner/proofs",
                () -> onlyItem(thief.miner()
                        .post("/v1/miner/proofs", Map.of("proofs", List.of(Tenant.proof(job, lease))))));
        attempts.put(
                "POST /v1/miner/fail", () -> thief.miner().post("/v1/miner/fail", Tenant.failure(job, lease, false)));
        attempts.put(
                "POST /v1/miner/progress",
                () -> thief.miner().post("/v1/miner/progress", Map.of("id", job, "lease", lease, "percent", 99)));
        // nobody's: all may read them
        for (String read : List.of("", "/leaves")) {
            attempts.put("GET /v1/epochs/{number}" + read, () -> thief.buyer().get("/v1/epochs/999" + read));
        }
        attempts.put(
                "GET /v1/nodes/{node}/reputation",
                () -> thief.buyer().get("/v1/nodes/" + UUID.randomUUID() + "/reputation"));
        attempts.put("GET /v1/charges/{id}", () -> thief.buyer().get("/v1/charges/" + UUID.randomUUID()));
        attempts.put("GET /v1/attestations/{challenge}", () -> thief.buyer().get("/v1/attestations/" + challenge.id()));
        String container = task.at("/nodes/0/job").asText();
        attempts.put(
                "POST /v1/miner/snapshots",
                () -> thief.miner()
                        .post("/v1/miner/snapshots", Map.of("id", container, "lease", 1, "chunks", List.of())));
        attempts.put(
                "GET /v1/miner/snapshots/{job}",
                () -> thief.miner().get("/v1/miner/snapshots/" + container + "?lease=1"));
        attempts.put(
                "POST /v1/miner/files",
                () -> thief.miner()
                        .post(
                                "/v1/miner/files",
                                Map.of("id", container, "lease", 1, "path", "a", "sha256", sha256, "size", 1)));
        attempts.put(
                "POST /v1/miner/logs",
                () -> thief.miner()
                        .post(
                                "/v1/miner/logs",
                                Map.of(
                                        "id",
                                        job,
                                        "lease",
                                        lease,
                                        "pieces",
                                        List.of(Map.of("offset", 0, "text", "a")))));
        attempts.put(
                "POST /v1/miners/{job}/result",
                () -> thief.miner().post("/v1/miners/" + job + "/result", Map.of("result", Map.of("a", 1))));
        attempts.put(
                "POST /v1/miners/{job}/fail",
                () -> thief.miner().post("/v1/miners/" + job + "/fail", Map.of("error_code", "E")));
        challenges(attempts);
        return attempts;
    }

    /** All said as the parties themselves would. */
    private static void challenges(Map<String, Attempt> attempts) {
        String node = "/v1/miner/challenges/";
        String validator = "/v1/validator/challenges/";
        Question question = challenges.question(challenge, commitment);
        attempts.put("GET " + node + "{id}", () -> thief.miner().get(node + challenge.id()));
        attempts.put("GET " + node + "{id}/stream", () -> thief.miner().get(node + challenge.id() + "/stream"));
        attempts.put("GET " + node + "{id}/question", () -> thief.miner().get(node + challenge.id() + "/question"));
        attempts.put(
                "POST " + node + "{id}/commitment",
                () -> Challenges.post(thief.miner(), node + challenge.id() + "/commitment", commitment));
        attempts.put(
                "POST " + node + "{id}/opening",
                () -> Challenges.post(
                        thief.miner(), node + challenge.id() + "/opening", challenges.opening(challenge, question)));
        String cases = "/v1/validator/cases/";
        attempts.put("GET " + cases + "{id}", () -> stranger.get(cases + done));
        Finding finding = new Finding(
                        UUID.fromString(done),
                        0L,
                        challenges.validatorKey.address().text(),
                        sha256,
                        sha256,
                        Instant.EPOCH,
                        null)
                .signed(challenges.validatorKey);
        attempts.put(
                "POST " + cases + "{id}/finding", () -> Challenges.post(stranger, cases + done + "/finding", finding));
        attempts.put(
                "POST /v1/validator/charges/{id}/attestation",
                () -> Challenges.post(
                        stranger,
                        "/v1/validator/charges/" + challenge.id() + "/attestation",
                        challenges.attestation(challenge, null)));
        attempts.put("GET " + validator + "{id}", () -> stranger.get(validator + challenge.id()));
        attempts.put("GET " + validator + "{id}/opening", () -> stranger.get(validator + challenge.id() + "/opening"));
        attempts.put(
                "POST " + validator + "{id}/question",
                () -> Challenges.post(stranger, validator + challenge.id() + "/question", question));
        attempts.put(
                "POST " + validator + "{id}/attestation",
                () -> Challenges.post(
                        stranger,
                        validator + challenge.id() + "/attestation",
                        challenges.attestation(challenge, null)));
    }

    /** The one item of a batch as if it had been the answer. */
    private static Answer onlyItem(Answer batch) {
        JsonNode item = batch.expect(200).body().at("/proofs/0");
        return new Answer(item.get("status").asInt(), batch.headers(), Json.text(Map.of("error", item.path("error"))));
    }

    private static List<Operation> closed() {
        return operations.stream()
                .filter(operation -> !OPEN.contains(operation.name())
                        && !SIGNED.contains(operation.name())
                        && !OF_PEOPLE.contains(operation.name()))
                .toList();
    }

    private static Api own(String name) {
        if (name.contains(" /v1/validator/")) {
            return stranger;
        }
        return name.contains(" /v1/miner") ? thief.miner() : thief.buyer();
    }

    private static Set<String> scopes(Operation operation) {
        String path = operation.path();
        if (path.startsWith(ADMIN)) {
            return Set.of("admin");
        }
        if (path.startsWith("/v1/miner/")
                || path.startsWith("/v1/miners/")
                || path.equals("/v1/wallet/payout")
                || path.equals("/v1/wallet/claim")) {
            return Set.of("miner");
        }
        if (path.startsWith("/v1/validator/")) {
            return Set.of("validator");
        }
        boolean both = path.startsWith("/v1/artifacts/")
                || operation.name().equals("GET /v1/jobs/{id}/dispute")
                || path.equals("/v1/wallet/balance")
                || path.equals("/v1/wallet/entries")
                || path.equals("/v1/wallet/earnings");
        return both ? Set.of("buyer", "miner") : Set.of("buyer");
    }

    private static void assertUnauthorized(Operation operation, Answer answer) {
        assertThat(answer.status()).as(operation + ": " + answer.text()).isEqualTo(401);
        if (!operation.method().equals("HEAD")) {
            Refused.with(answer, 401, "UNAUTHORIZED_KEY");
        }
    }

    private static void awaitDead(JsonNode key) {
        Api api = SharedServer.open().withKey(key.get("key").asText());
        Await.until("the key to be refused", SOON, () -> api.get("/v1/jobs").status() == 401);
    }

    private static Set<String> webhooks(Tenant tenant) {
        return tenant.buyer()
                .get("/v1/webhooks")
                .expect(200)
                .body()
                .get("items")
                .valueStream()
                .map(one -> one.get("id").asText())
                .collect(Collectors.toSet());
    }

    private static JsonNode node() {
        return nodes().filter(node -> node.get("miner_id").asText().equals(minerId))
                .findAny()
                .orElseThrow();
    }

    /** The victim's. */
    private static Stream<JsonNode> nodes() {
        return operator.api()
                .get("/v1/admin/nodes?limit=200")
                .expect(200)
                .body()
                .get("items")
                .valueStream()
                .filter(node -> node.get("account").asText().equals(victim.account()));
    }
}
