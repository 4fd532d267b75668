package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.e2e.Api.Answer;
import io.pithead.e2e.OpenApi.Operation;
import io.pithead.protocol.signing.Digests;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Values that nobody should send, from somebody whose key is good. None of them changes anything. */
@ExtendWith(SharedServer.class)
class HostileInputIT {
    private static final String JSON = "application/json";
    private static final String NOBODY = "00000000-0000-7000-8000-000000000000";
    /** Not a character: JSON can say it, UTF-8 and PostgreSQL cannot. */
    private static final String LONE_SURROGATE = "\\ud800";

    private static final String NUL = "\\u0000";

    private static Operator operator;
    private static Tenant tenant;
    private static Api validator;
    private static String minerId;
    private static JsonNode held;

    private List<JsonNode> before;

    @BeforeAll
    static void people() {
        operator = SharedServer.operator();
        minerId = SharedServer.name("hostile");
        validator = operator.client(operator.account("hostile-validator"), "validator");
        tenant = operator.tenant("hostile").deposit("100").register(minerId, minerId, 1, false);
        tenant.submit(minerId);
        held = tenant.next(minerId);
    }

    @BeforeEach
    void look() {
        before = tenant.picture();
    }

    @AfterEach
    void nothing_changed() {
        assertThat(tenant.picture()).isEqualTo(before);
    }

    // Bodies, at every endpoint that takes one

    @ParameterizedTest
    @ValueSource(strings = {"", "not JSON", "{", "{\"a\":NaN}", "{\"a\":1}}", "{\"a\":1,\"a\":2}", "\u0000", "{'a':1}"})
    void what_is_not_json_is_400_everywhere(String body) {
        for (Operation operation : takingBodies()) {
            Refused.with(post(operation, body), 400, "INVALID_PAYLOAD");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "null", "1", "\"text\"", "true"})
    void json_that_is_no_object_is_refused_everywhere(String body) {
        for (Operation operation : takingBodies()) {
            // the heartbeat of AITBC's later surface has members that nobody needs: it takes any JSON
            if (!operation.path().equals("/v1/miners/heartbeat")) {
                Refused.with(post(operation, body), 422, "INVALID_PAYLOAD");
            }
        }
    }

    @Test
    void a_depth_that_nobody_needs_is_refused_everywhere() {
        for (Operation operation : takingBodies()) {
            Refused.with(post(operation, "{\"a\":".repeat(2_000) + "1" + "}".repeat(2_000)), 400, "INVALID_PAYLOAD");
        }
    }

    @Test
    void bytes_that_are_no_utf8_are_refused_everywhere() {
        byte[] latin = "{\"name\":\"\u00ff\"}".getBytes(StandardCharsets.ISO_8859_1);
        for (Operation operation : takingBodies()) {
            Refused.with(
                    own(operation).send(operation.method(), operation.somewhere(), latin, "Content-Type", JSON),
                    400,
                    "INVALID_PAYLOAD");
        }
    }

    @Test
    void another_media_type_is_refused_everywhere() {
        byte[] body = "<a/>".getBytes(StandardCharsets.UTF_8);
        for (Operation operation : takingBodies()) {
            Refused.with(
                    own(operation).send("POST", operation.somewhere(), body, "Content-Type", "text/xml"),
                    415,
                    "UNSUPPORTED_MEDIA_TYPE");
        }
    }

    // Members

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|/workload",
                "{\"workload\":7}|/workload",
                "{\"workload\":\"../../etc/passwd\"}|/workload",
                "{\"workload\":\"UPPER\"}|/workload",
                "{\"workload\":\"a\",\"price\":1.5}|/price",
                "{\"workload\":\"a\",\"price\":\"-1\"}|/price",
                "{\"workload\":\"a\",\"price\":\"1e3\"}|/price",
                "{\"workload\":\"a\",\"price\":\"0.0000001\"}|/price",
                "{\"workload\":\"a\",\"priority\":\"high\"}|/priority",
                "{\"workload\":\"a\",\"priority\":1001}|/priority",
                "{\"workload\":\"a\",\"ttl_s\":0}|/ttl_s",
                "{\"workload\":\"a\",\"ttl_s\":1.5}|/ttl_s",
                "{\"workload\":\"a\",\"max_attempts\":99999999999999}|/max_attempts",
                "{\"workload\":\"a\",\"deadline\":\"tomorrow\"}|/deadline",
                "{\"workload\":\"a\",\"deadline\":\"2001-01-01T00:00:00Z\"}|/deadline",
                "{\"workload\":\"a\",\"constraints\":[]}|/constraints",
                "{\"workload\":\"a\",\"constraints\":{\"gpu\":2}}|/constraints/gpu",
                "{\"workload\":\"a\",\"constraints\":{\"min_vram_mb\":-1}}|/constraints/min_vram_mb",
                "{\"workload\":\"a\",\"limits\":{\"max_runtime_s\":0}}|/limits/max_runtime_s",
                "{\"workload\":\"a\",\"params\":{},\"payload\":{}}|/payload",
                "{\"workload\":\"a\",\"account\":\"" + NOBODY + "\"}|/account",
                "{\"workload\":\"a\",\"inputs\":[{\"sha256\":\"x\",\"name\":\"a\"}]}|/inputs/0/sha256",
                "{\"workload\":\"a\",\"redundancy\":16}|/redundancy",
                "{\"workload\":\"a\",\"redundancy\":2,\"verification\":{\"mode\":\"none\"}}|/redundancy",
                "{\"workload\":\"a\",\"verification\":{}}|/verification/mode",
                "{\"workload\":\"a\",\"verification\":\"hash\"}|/verification",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"HASH\"}}|/verification/mode",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"trust\"}}|/verification/mode",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"none\",\"quorum\":2}}|/verification/quorum",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"hash\"}}|/verification/expected",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"hash\",\"expected\":[]}}|/verification/expected",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"hash\",\"expected\":[\"ab\"]}}|/verification/expected/0",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"replicate\",\"expected\":[]}}|/verification/expected",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"replicate\",\"replicas\":1}}|/verification/replicas",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"replicate\",\"replicas\":16}}|/verification/replicas",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"replicate\",\"quorum\":1}}|/verification/quorum",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"replicate\",\"replicas\":2,\"quorum\":3}}|/verification/quorum",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"replicate\",\"quorum\":2,\"max_replicas\":4}}|/verification/quorum",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"replicate\",\"replicas\":3,\"max_replicas\":2}}|/verification/max_replicas",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"replicate\",\"max_replicas\":2147483647}}|/verification/max_replicas",
                "{\"workload\":\"a\",\"verification\":{\"mode\":\"replicate\",\"quorum\":2147483647}}|/verification/quorum",
                "{\"jobs\":[]}|/jobs",
                "{\"jobs\":{}}|/jobs",
                "{\"jobs\":[{\"workload\":\"a\"},{\"workload\":\"A\"}]}|/jobs/1/workload"
            })
    void a_wrong_member_of_a_job_is_named(String body, String pointer) {
        Refused.naming(text(tenant.buyer(), "/v1/jobs", body), pointer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "..", ".hidden", "a/b", "a\\\\b", "/etc/passwd", "a" + NUL, "%2e%2e", ""})
    void a_file_name_is_a_plain_name(String name) {
        String inputs = "[{\"sha256\":\"" + "0".repeat(64) + "\",\"size\":1,\"name\":\"" + name + "\"}]";
        Refused.naming(
                text(tenant.buyer(), "/v1/jobs", "{\"workload\":\"a\",\"inputs\":" + inputs + "}"), "/inputs/0/name");
        Refused.naming(proof("artifacts", inputs), "/artifacts/0/name");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "..", "../../x", "a b", "a/b", "a" + NUL, "a\\n", LONE_SURROGATE, "\u00e9"})
    void a_miner_id_is_a_plain_name(String id) {
        String body = "{\"miner_id\":\"" + id + "\",\"mode\":\"cpu\"}";
        for (String path : List.of("/v1/miner/register", "/v1/miner/heartbeat")) {
            Refused.naming(text(tenant.miner(), path, body), "/miner_id");
        }
        Refused.naming(text(tenant.miner(), "/v1/miner/drain", "{\"miner_id\":\"" + id + "\"}"), "/miner_id");
    }

    // Challenges

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{}|/id",
                "{\"id\":\"7\"}|/id",
                "{\"chain\":-1}|/chain",
                "{\"chain\":\"1\"}|/chain",
                "{\"validator\":\"0x12\"}|/validator",
                "{\"node\":\"0xAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\"}|/node",
                "{\"kind\":\"RIDDLE\"}|/kind",
                "{\"size\":65537}|/size",
                "{\"size\":2147483648}|/size",
                "{\"kind\":\"COMPUTE\",\"size\":8,\"rows\":9}|/rows",
                "{\"rows\":65}|/rows",
                "{\"nonce\":\"00\"}|/nonce",
                "{\"commit_by\":1}|/commit_by",
                "{\"signature\":\"0x00\"}|/signature"
            })
    void a_wrong_member_of_a_challenge_is_named(String body, String pointer) {
        Refused.naming(text(validator, "/v1/validator/challenges", body), pointer);
    }

    @ParameterizedTest
    @ValueSource(strings = {"state=DONE", "limit=201", "cursor=%00", "cursor=7"})
    void a_wrong_parameter_of_challenges_is_refused(String query) {
        Refused.with(validator.get("/v1/validator/challenges?" + query), 400, "MALFORMED_REQUEST");
    }

    // Proofs

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "output_sha|\"abc\"",
                "output_sha|\"zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz\"",
                "output_sha|\"2CF24DBA5FB0A30E26E83B2AC5B9E29E1B161E5C1FA7425E73043362938B9824\"",
                "output_sha|null",
                "output_sha|7",
                "output|\"other\"",
                "mode|\"tpu\"",
                "id|\"7\"",
                "id|null",
                "lease|\"1\"",
                "lease|1.5",
                "metrics|[]",
                "artifacts|{}",
                "completed_at|\"yesterday\"",
                "signature|\"\"",
                "more|1"
            })
    void a_wrong_member_of_a_proof_is_named(String member, String value) {
        Refused.naming(proof(member, value), "/" + member);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-0.001", "-1e300", "{}", "[1]", "null"})
    void a_metric_is_a_quantity_that_is_not_negative(String metric) {
        Refused.naming(proof("metrics", "{\"seconds\":" + metric + "}"), "/metrics/seconds");
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "Infinity", "-Infinity", "0x10", "1e", "01"})
    void a_metric_is_a_number_of_json(String metric) {
        Refused.with(proof("metrics", "{\"seconds\":" + metric + "}"), 400, "INVALID_PAYLOAD");
    }

    @Test
    void a_metric_beyond_all_bounds_is_refused() {
        Refused.somehow(proof("metrics", "{\"seconds\":1e999999999}"));
        Refused.somehow(proof("metrics", "{\"seconds\":1e-999999999}"));
        Refused.somehow(proof("metrics", "{\"" + "x".repeat(100_000) + "\":1}"));
    }

    @Test
    void a_file_that_was_not_uploaded_cannot_be_proved() {
        String artifacts = "[{\"sha256\":\"" + "0".repeat(64) + "\",\"size\":1,\"name\":\"a\"}]";
        Refused.naming(proof("artifacts", artifacts), "/artifacts");
    }

    // Text that a database or a log might choke on

    @ParameterizedTest
    @ValueSource(strings = {NUL, LONE_SURROGATE, "\\r\\nx"})
    void text_without_a_meaning_never_breaks_the_server(String text) {
        long lease = held.get("lease").asLong();
        String id = held.get("id").asText();
        Api admin = operator.api();
        Refused.naming(text(admin, "/v1/admin/accounts", "{\"name\":\"a" + text + "\"}"), "/name");
        Refused.naming(
                text(
                        admin,
                        "/v1/admin/keys",
                        "{\"account\":\"" + tenant.account() + "\",\"scope\":\"buyer\",\"label\":\"a" + text + "\"}"),
                "/label");
        Refused.naming(
                text(tenant.buyer(), "/v1/wallet/deposits", "{\"amount\":\"1\",\"reference\":\"" + text + "\"}"),
                "/reference");
        Refused.naming(
                text(
                        tenant.miner(),
                        "/v1/miner/progress",
                        "{\"id\":\"" + id + "\",\"lease\":" + lease + ",\"note\":\"a" + text + "\"}"),
                "/note");
        for (String member : List.of("region", "wallet", "version", "node_address")) {
            Refused.naming(
                    text(
                            tenant.miner(),
                            "/v1/miner/register",
                            "{\"miner_id\":\"" + minerId + "\",\"mode\":\"cpu\",\"" + member + "\":\"a" + text + "\"}"),
                    "/" + member);
        }
        Refused.naming(
                text(
                        tenant.buyer(),
                        "/v1/jobs",
                        "{\"workload\":\"a\",\"constraints\":{\"models\":[\"a" + text + "\"]}}"),
                "/constraints/models/0");
    }

    @Test
    void a_failure_may_say_anything_and_is_stored_without_what_cannot_be() {
        // on another job: this one is accepted
        String workload = SharedServer.name("failing");
        Tenant other = operator.tenant("failing").deposit("10").register(workload, workload, 1, false);
        for (String text : List.of(NUL, LONE_SURROGATE, "\\r\\n", "<script>")) {
            String job = other.submit(workload, Map.of("max_attempts", 1));
            JsonNode offer = other.next(workload);
            text(
                            other.miner(),
                            "/v1/miner/fail",
                            "{\"id\":\"" + job + "\",\"lease\":" + offer.get("lease")
                                    + ",\"code\":\"BROKEN\",\"retryable\":false,\"message\":\"a" + text + "b\"}")
                    .expect(200);
            assertThat(other.state(job)).isEqualTo("FAILED");
        }
        assertThat(other.balance()).isEqualByComparingTo("10");
    }

    @ParameterizedTest
    @ValueSource(strings = {NUL, LONE_SURROGATE})
    void what_a_buyer_passes_on_comes_back_or_is_refused(String text) {
        String workload = SharedServer.name("odd");
        Tenant other = operator.tenant("odd").deposit("10").register(workload, workload, 1, false);
        for (String member : List.of("params", "payload")) {
            Answer answer = text(
                    other.buyer(),
                    "/v1/jobs",
                    "{\"workload\":\"" + workload + "\",\"" + member + "\":{\"a\":\"" + text + "\"}}");
            if (answer.status() == 201) {
                JsonNode offer = other.next(workload);
                assertThat(offer.get(member)).isEqualTo(answer.body().get(member));
                other.prove(offer).expect(201);
            } else {
                Refused.with(answer, 422, "INVALID_PAYLOAD");
            }
        }
    }

    // Paths and parameters

    static Stream<String> wrongQueries() {
        return Stream.of(
                "/v1/jobs?state=DONE",
                "/v1/jobs?limit=0",
                "/v1/jobs?limit=2147483648",
                "/v1/jobs?cursor=%00",
                "/v1/jobs?cursor=1%27%20or%20%271%27=%271",
                "/v1/jobs?workload=%00");
    }

    @ParameterizedTest
    @MethodSource("wrongQueries")
    void a_wrong_parameter_of_a_list_is_refused(String path) {
        Refused.with(tenant.buyer().get(path), 400, "MALFORMED_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "slots=1",
                "miner=x&slots=-1",
                "miner=x&slots=1025",
                "miner=x&slots=many",
                "miner=x&wait=-1",
                "miner=x&batch=maybe"
            })
    void a_wrong_parameter_of_a_poll_is_refused(String query) {
        Refused.with(tenant.miner().get("/v1/miner/next?" + query), 400, "MALFORMED_REQUEST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"%00", "..%00", "%ff", "a%20b", "x"})
    void a_miner_nobody_has_is_not_found(String id) {
        Refused.somehow(tenant.miner().get("/v1/miner/next?slots=1&miner=" + id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "7", "%2a", "..", "-1", "00000000-0000-7000-8000-00000000000g"})
    void a_path_that_is_no_id_leads_nowhere(String id) {
        if (!id.equals("..")) {
            Refused.with(tenant.buyer().get("/v1/jobs/" + id), 404, "NOT_FOUND");
            Refused.with(tenant.miner().post("/v1/miners/" + id + "/fail", Map.of()), 404, "NOT_FOUND");
        }
        Refused.somehow(tenant.buyer().get("/v1/artifacts/" + id + "x"));
    }

    @Test
    void a_job_nobody_has_is_not_found() {
        Refused.with(tenant.buyer().get("/v1/jobs/" + NOBODY), 404, "JOB_NOT_FOUND");
        Refused.with(tenant.miner().post("/v1/miner/proof", Tenant.proof(NOBODY, 1)), 404, "JOB_NOT_FOUND");
        Refused.with(tenant.miner().post("/v1/miner/fail", Tenant.failure(NOBODY, 1, true)), 404, "JOB_NOT_FOUND");
    }

    // Files

    @Test
    void bytes_that_do_not_match_their_digest_are_not_kept() {
        byte[] bytes = "the file".getBytes(StandardCharsets.UTF_8);
        String digest = Digests.sha256Hex(bytes);
        byte[] other = "the fila".getBytes(StandardCharsets.UTF_8);
        String path = "/v1/artifacts/" + digest;
        Refused.with(
                tenant.miner().send("PUT", path, other, "Content-Type", "application/octet-stream"),
                422,
                "INVALID_PAYLOAD");
        Refused.with(tenant.miner().get(path), 404, "NOT_FOUND");
        tenant.miner()
                .send("PUT", path, bytes, "Content-Type", "application/octet-stream")
                .expect(201);
        assertThat(tenant.miner().get(path).expect(200).text()).isEqualTo("the file");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bytes 0-9/5", "bytes 5-1/9", "bytes -1-2/3", "bytes 0-1/99999999999999999999", "lines 1-2/3"})
    void a_range_that_cannot_be_is_refused(String range) {
        Refused.somehow(tenant.miner()
                .send("PUT", "/v1/artifacts/" + "0".repeat(64), new byte[] {1, 2}, "Content-Range", range));
    }

    // How it is asked

    /** But openings, which nobody reads before it is known which challenge they are of: {@link ChallengeApiIT}. */
    private static List<Operation> takingBodies() {
        return OpenApi.operations(SharedServer.open()).stream()
                .filter(operation ->
                        operation.hasBody() && !operation.path().equals("/v1/miner/challenges/{id}/opening"))
                // for people, who have no key: before anything is read they are refused
                .filter(operation -> !operation.path().matches("/v1/session/(password|totp.*|oidc/(un)?bind)"))
                .toList();
    }

    private static Api own(Operation operation) {
        if (operation.path().startsWith("/v1/admin/")) {
            return operator.api();
        }
        if (operation.path().startsWith("/v1/validator/")) {
            return validator;
        }
        return operation.path().startsWith("/v1/miner") ? tenant.miner() : tenant.buyer();
    }

    private static Answer post(Operation operation, String body) {
        return text(own(operation), operation.somewhere(), body);
    }

    private static Answer text(Api api, String path, String body) {
        return api.send("POST", path, body.getBytes(StandardCharsets.UTF_8), "Content-Type", JSON);
    }

    /** An honest proof for the held job but for one member. */
    private static Answer proof(String member, String value) {
        var members = new HashMap<String, String>();
        Tenant.proof(held.get("id").asText(), held.get("lease").asLong())
                .forEach((name, honest) -> members.put(name, io.pithead.protocol.json.Json.text(honest)));
        members.put(member, value);
        var body = new StringBuilder();
        members.forEach((name, text) -> body.append(body.isEmpty() ? "{" : ",")
                .append('"')
                .append(name)
                .append("\":")
                .append(text));
        return text(tenant.miner(), "/v1/miner/proof", body.append('}').toString());
    }
}
