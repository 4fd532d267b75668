package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the HTTP edge refuses, and how it says so. */
class EdgeIT {
    private static final String ACCOUNTS = "/v1/admin/accounts";
    private static final String KEYS = "/v1/admin/keys";
    private static final int MIB = 1024 * 1024;
    private static final Duration SOON = Duration.ofSeconds(30);

    /** A revocation holds within a second; the rest is for a machine that is busy with something else. */
    private static final Duration REVOKED = Duration.ofSeconds(5);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private static Path data;

    private static PitheadProcess server;
    private static RawHttp http;
    private static String admin;
    private static String account;

    @BeforeAll
    static void start() throws IOException {
        server = PitheadProcess.start(data);
        http = new RawHttp(server.http());
        admin = Files.readString(data.resolve("admin.key")).strip();
        account = http.json("POST", ACCOUNTS, admin, "{\"name\":\"tenant\"}")
                .expect(201)
                .body()
                .get("id")
                .asText();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    // Keys

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ph_admin_short",
                "ph_admin_00000000000000000000000000000000_000000",
                "ph_root_00000000000000000000000000000000_0aHGz9",
                "null"
            })
    void what_is_no_key_is_refused(String key) {
        assertRefused(http.json("GET", ACCOUNTS, key, ""), 401, "UNAUTHORIZED_KEY");
    }

    @Test
    void no_key_two_keys_and_another_scheme_are_refused() {
        assertRefused(http.send("GET", ACCOUNTS, ""), 401, "UNAUTHORIZED_KEY");
        assertRefused(http.json("GET", ACCOUNTS, admin, "", "X-Api-Key", admin), 401, "UNAUTHORIZED_KEY");
        Answer basic = http.send("GET", ACCOUNTS, "", "Authorization", "Basic dTpw");
        assertRefused(basic, 401, "UNAUTHORIZED_KEY");
        assertThat(basic.headers().firstValue("WWW-Authenticate"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("Bearer"));
    }

    @Test
    void both_headers_mean_the_same() {
        http.send("GET", ACCOUNTS, "", "Authorization", "Bearer " + admin).expect(200);
        http.send("GET", ACCOUNTS, "", "X-Api-Key", admin).expect(200);
    }

    @Test
    void a_scope_opens_its_own_endpoints_and_no_other() {
        String buyer = issue("buyer").get("key").asText();

        assertRefused(http.json("GET", ACCOUNTS, buyer, ""), 403, "FORBIDDEN_SCOPE");
        assertRefused(http.json("GET", "/v1/jobs", admin, ""), 403, "FORBIDDEN_SCOPE");
        http.json("GET", "/v1/jobs", buyer, "").expect(200);
    }

    @Test
    void a_revoked_key_is_refused_within_a_second() {
        JsonNode key = issue("buyer");
        http.json("GET", "/v1/jobs", key.get("key").asText(), "").expect(200);

        http.json("POST", KEYS + "/" + key.get("id").asText() + "/revoke", admin, "")
                .expect(200);

        awaitRefusal(key.get("key").asText());
    }

    @Test
    void an_expired_key_is_refused_as_it_expires() {
        Instant soon = Instant.now().plusSeconds(2);
        JsonNode key = issue("buyer", Map.of("expires_at", soon));

        awaitRefusal(key.get("key").asText());

        assertThat(Instant.now()).isAfterOrEqualTo(soon);
    }

    @Test
    void the_keys_of_a_disabled_account_are_refused() {
        String other = http.json("POST", ACCOUNTS, admin, "{\"name\":\"other\"}")
                .expect(201)
                .body()
                .get("id")
                .asText();
        String key = issue(other, "buyer", Map.of()).get("key").asText();
        http.json("GET", "/v1/jobs", key, "").expect(200);

        http.json("POST", ACCOUNTS + "/" + other + "/disable", admin, "").expect(200);

        awaitRefusal(key);
        assertRefused(
                http.json("POST", KEYS, admin, "{\"account\":\"" + other + "\",\"scope\":\"buyer\"}"),
                422,
                "INVALID_PAYLOAD");
    }

    @Test
    void after_a_rotation_both_keys_work_for_the_grace() {
        JsonNode old = issue("buyer");
        JsonNode successor = http.json("POST", KEYS + "/" + old.get("id").asText() + "/rotate?grace_s=60", admin, "")
                .expect(201)
                .body();
        assertThat(successor.get("replaces")).isEqualTo(old.get("id"));
        http.json("GET", "/v1/jobs", old.get("key").asText(), "").expect(200);
        http.json("GET", "/v1/jobs", successor.get("key").asText(), "").expect(200);

        assertRefused(
                http.json("POST", KEYS + "/" + old.get("id").asText() + "/rotate", admin, ""), 409, "CONFLICT_STATE");
        http.json("POST", KEYS + "/" + successor.get("id").asText() + "/rotate?grace_s=0", admin, "")
                .expect(201);

        awaitRefusal(old.get("key").asText());
        awaitRefusal(successor.get("key").asText());
    }

    @Test
    void a_key_is_shown_once_and_its_use_is_seen() {
        JsonNode key = issue("buyer");
        http.json("GET", "/v1/jobs", key.get("key").asText(), "").expect(200);
        String path = KEYS + "/" + key.get("id").asText();

        assertThat(http.json("GET", path, admin, "").expect(200).text())
                .doesNotContain(key.get("key").asText())
                .contains(key.get("hint").asText());
        Await.until(
                "last use",
                SOON,
                () -> http.json("GET", path, admin, "").expect(200).body().has("last_used_at"));
    }

    @Test
    void a_key_has_its_requests_per_minute() {
        String key = issue("buyer", Map.of("requests_per_minute", 2)).get("key").asText();
        Answer first = http.json("GET", "/v1/jobs", key, "").expect(200);
        assertThat(first.headers().firstValue("RateLimit-Policy")).hasValue("\"key\";q=2;w=60");
        assertThat(first.headers().firstValue("RateLimit"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("\"key\";r=1;t="));
        http.json("GET", "/v1/jobs", key, "").expect(200);

        Answer third = http.json("GET", "/v1/jobs", key, "");

        assertRefused(third, 429, "RATE_LIMITED");
        assertThat(third.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isBetween(1L, 60L);
        assertThat(third.headers().firstValue("RateLimit"))
                .hasValueSatisfying(value -> assertThat(value).startsWith("\"key\";r=0;t="));
    }

    // Bodies

    @ParameterizedTest
    @ValueSource(strings = {"{", "", "nonsense", "{\"name\":\"a\"}{}", "{\"name\":\"a\",\"name\":\"b\"}"})
    void what_is_not_json_is_400(String body) {
        assertRefused(http.json("POST", ACCOUNTS, admin, body), 400, "INVALID_PAYLOAD");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"name\":\"\"}|/name",
                "{}|/name",
                "{\"name\":{}}|/name",
                "{\"name\":\"a\",\"weight\":\"1\"}|/weight",
                "{\"name\":\"a\",\"weight\":1.5}|/weight",
                "{\"name\":\"a\",\"weight\":0}|/weight",
                "{\"name\":\"a\",\"weight\":99999999999}|/weight",
                "{\"name\":\"a\",\"more\":1}|/more",
                "[]|",
                "null|"
            })
    void json_that_is_wrong_is_422_and_named(String body, String pointer) {
        Answer answer = http.json("POST", ACCOUNTS, admin, body);

        assertRefused(answer, 422, "INVALID_PAYLOAD");
        assertThat(details(answer).has(pointer == null ? "" : pointer))
                .as(answer.text())
                .isTrue();
    }

    @Test
    void a_depth_that_nobody_needs_is_refused() {
        assertRefused(http.json("POST", ACCOUNTS, admin, "[".repeat(100_000)), 400, "INVALID_PAYLOAD");
    }

    @Test
    void another_media_type_is_refused() {
        assertRefused(
                http.send("POST", ACCOUNTS, "x", "Content-Type", "text/plain", "X-Api-Key", admin),
                415,
                "UNSUPPORTED_MEDIA_TYPE");
        assertRefused(http.send("GET", ACCOUNTS, "", "Accept", "image/png", "X-Api-Key", admin), 406, "NOT_ACCEPTABLE");
    }

    @Test
    void a_body_that_is_announced_too_large_is_refused_before_it_is_sent() {
        Answer answer = http.exchange(post("Content-Length: " + (MIB + 1)) + "\r\n");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body().at("/error/code").asText()).isEqualTo("PAYLOAD_TOO_LARGE");
    }

    @Test
    void a_body_that_grows_too_large_is_refused_while_it_is_sent() {
        String chunk = Integer.toHexString(MIB + 1) + "\r\n" + " ".repeat(MIB + 1) + "\r\n";

        Answer answer = http.exchange(post("Transfer-Encoding: chunked") + "\r\n" + chunk);

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.body().at("/error/code").asText()).isEqualTo("PAYLOAD_TOO_LARGE");
    }

    @Test
    void a_body_at_the_limit_is_read() {
        String body = "{\"name\":\"limit\"}";
        http.json("POST", ACCOUNTS, admin, body + " ".repeat(MIB - body.length()))
                .expect(201);
    }

    // Paths, methods, parameters

    @ParameterizedTest
    @ValueSource(
            strings = {"/nope", "/v1/admin/accounts/x", "/v1/admin/accounts/x/y/z", "/WEB-INF/web.xml", "/.error", "/"})
    void an_unknown_path_is_404(String path) {
        assertRefused(http.json("GET", path, admin, ""), 404, "NOT_FOUND");
    }

    @Test
    void a_wrong_method_is_405_and_says_which_are_right() {
        Answer answer = http.json("DELETE", ACCOUNTS, admin, "");

        assertRefused(answer, 405, "METHOD_NOT_ALLOWED");
        assertThat(answer.headers().firstValue("Allow"))
                .hasValueSatisfying(allowed -> assertThat(allowed).contains("GET", "POST"));
    }

    @ParameterizedTest
    @CsvSource({"limit=0,limit", "limit=201,limit", "limit=x,limit", "limit=,limit", "cursor=x,cursor"})
    void a_wrong_parameter_is_400_and_named(String query, String parameter) {
        Answer answer = http.json("GET", ACCOUNTS + "?" + query, admin, "");

        assertRefused(answer, 400, "MALFORMED_REQUEST");
        assertThat(details(answer).has(parameter)).isTrue();
    }

    @Test
    void a_list_is_read_page_by_page() {
        for (int i = 0; i < 3; i++) {
            http.json("POST", ACCOUNTS, admin, "{\"name\":\"page\"}").expect(201);
        }
        JsonNode first =
                http.json("GET", ACCOUNTS + "?limit=2", admin, "").expect(200).body();
        String cursor = first.get("next_cursor").asText();

        JsonNode second = http.json("GET", ACCOUNTS + "?limit=2&cursor=" + cursor, admin, "")
                .expect(200)
                .body();

        assertThat(first.get("items")).hasSize(2);
        assertThat(second.get("items")).isNotEmpty();
        assertThat(second.at("/items/0/id").asText())
                .isGreaterThan(first.at("/items/1/id").asText());
    }

    @Test
    void every_answer_has_a_request_id_and_an_offered_one_is_kept() {
        for (String path : List.of("/health/live", "/nope", ACCOUNTS, "/docs")) {
            assertThat(http.send("GET", path, "", "X-Request-Id", "mine-1.a_B")
                            .headers()
                            .allValues("X-Request-Id"))
                    .as(path)
                    .containsExactly("mine-1.a_B");
            assertThat(http.send("GET", path, "", "X-Request-Id", "not mine")
                            .headers()
                            .allValues("X-Request-Id"))
                    .as(path)
                    .singleElement()
                    .asString()
                    .matches("[0-9a-f-]{36}");
        }
    }

    // Idempotency

    @Test
    void a_repeated_request_gets_the_first_answer_and_does_nothing() {
        String key = UUID.randomUUID().toString();
        Answer first = idempotent(ACCOUNTS, key, "{\"name\":\"once\"}").expect(201);

        Answer again = idempotent(ACCOUNTS, key, "{\"name\":\"once\"}").expect(201);

        assertThat(again.body()).isEqualTo(first.body());
        assertThat(again.headers().firstValue("Idempotency-Replayed")).hasValue("true");
        assertRefused(idempotent(ACCOUNTS, key, "{\"name\":\"twice\"}"), 409, "IDEMPOTENCY_MISMATCH");
        assertRefused(idempotent(KEYS, key, "{\"name\":\"once\"}"), 409, "IDEMPOTENCY_MISMATCH");
    }

    @Test
    void a_replay_shows_no_key() {
        String key = UUID.randomUUID().toString();
        String body = "{\"account\":\"" + account + "\",\"scope\":\"buyer\"}";
        JsonNode first = idempotent(KEYS, key, body).expect(201).body();

        JsonNode again = idempotent(KEYS, key, body).expect(200).body();

        assertThat(again.has("key")).isFalse();
        assertThat(again.get("note").asText()).isNotBlank();
        assertThat(again.get("id")).isEqualTo(first.get("id"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a\tb"})
    void a_key_of_invisible_characters_is_refused(String key) {
        assertRefused(idempotent(ACCOUNTS, key, "{\"name\":\"once\"}"), 400, "MALFORMED_REQUEST");
        assertRefused(idempotent(ACCOUNTS, "x".repeat(256), "{\"name\":\"once\"}"), 400, "MALFORMED_REQUEST");
    }

    // What is open

    @Test
    void health_is_open_and_looks() {
        http.send("GET", "/health/live", "").expect(200);
        JsonNode ready = http.send("GET", "/health/ready", "").expect(200).body();

        assertThat(ready.get("checks").properties())
                .extracting(Map.Entry::getKey)
                .contains("check-database", "check-broker", "check-disk", "auth-revision");
    }

    @Test
    void metrics_are_open_to_this_machine_and_need_an_admin_key_from_elsewhere() {
        Answer local = http.send("GET", "/metrics", "").expect(200);
        assertThat(local.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/openmetrics-text"));
        assertThat(local.text()).contains("pithead_http_requests_total", "pithead_loop_age_seconds", "# EOF");

        assertRefused(http.send("GET", "/metrics", "", "X-Forwarded-For", "192.0.2.1"), 401, "UNAUTHORIZED_KEY");
        http.json("GET", "/metrics", admin, "", "X-Forwarded-For", "192.0.2.1").expect(200);
    }

    @Test
    void a_request_cannot_make_a_new_series() {
        String secret = "made-up-" + UUID.randomUUID();
        http.send("GET", "/" + secret, "").expect(404);
        http.json("GET", ACCOUNTS + "/" + secret, admin, "").expect(404);

        assertThat(http.send("GET", "/metrics", "").expect(200).text())
                .doesNotContain(secret)
                .contains("route=\"/v1/admin/accounts/{id}\"");
    }

    @Test
    void the_api_describes_itself_as_it_is_on_the_wire() {
        JsonNode api = http.send("GET", "/openapi?format=JSON", "").expect(200).body();

        assertThat(api.get("paths").properties())
                .extracting(Map.Entry::getKey)
                .contains("/v1/admin/accounts", "/v1/miner/heartbeat", "/v1/jobs");
        JsonNode account = api.at("/components/schemas/Account/properties");
        assertThat(account.at("/created_at/format").asText()).isEqualTo("date-time");
        assertThat(account.at("/id/format").asText()).isEqualTo("uuid");
        assertThat(api.at("/components/schemas/Scope/enum/0").asText()).isEqualTo("miner");
        assertThat(api.findValuesAsText("operationId")).hasSizeGreaterThan(30).doesNotHaveDuplicates();
    }

    @Test
    void the_page_of_the_api_runs_nothing_of_anybody_else() {
        Answer page = http.send("GET", "/docs", "").expect(200);

        assertThat(page.headers().firstValue("Content-Security-Policy"))
                .hasValueSatisfying(policy -> assertThat(policy).contains("default-src 'none'", "script-src 'self';"));
        assertThat(page.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        http.send("GET", "/docs/swagger-ui-bundle.js", "").expect(200);
    }

    @Test
    void what_an_operator_does_is_written_down() {
        String id = http.json("POST", ACCOUNTS, admin, "{\"name\":\"audited\"}")
                .expect(201)
                .body()
                .get("id")
                .asText();

        JsonNode newest = http.json("GET", "/v1/admin/audit?limit=200", admin, "")
                .expect(200)
                .body()
                .get("items");

        assertThat(newest).anySatisfy(entry -> {
            assertThat(entry.get("action").asText()).isEqualTo("account.create");
            assertThat(entry.get("target").asText()).isEqualTo(id);
            assertThat(admin).startsWith(entry.get("key_hint").asText());
        });
    }

    @Test
    void the_first_admin_key_is_for_its_owner_alone() throws IOException {
        assertThat(Files.getPosixFilePermissions(data.resolve("admin.key"))).hasSize(2);
        assertThat(server.server().output()).doesNotContain(admin);
    }

    private static JsonNode issue(String scope) {
        return issue(scope, Map.of());
    }

    private static JsonNode issue(String scope, Map<String, ?> more) {
        return issue(account, scope, more);
    }

    private static JsonNode issue(String owner, String scope, Map<String, ?> more) {
        var body = new HashMap<String, Object>(more);
        body.put("account", owner);
        body.put("scope", scope);
        return http.json("POST", KEYS, admin, Json.text(body)).expect(201).body();
    }

    private static Answer idempotent(String path, String key, String body) {
        return http.json("POST", path, admin, body, "Idempotency-Key", key);
    }

    private static String post(String lengthHeader) {
        return "POST " + ACCOUNTS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nX-Api-Key: "
                + admin + "\r\n" + lengthHeader + "\r\n";
    }

    private static void awaitRefusal(String key) {
        Await.until(
                "the key to be refused",
                REVOKED,
                () -> http.json("GET", "/v1/jobs", key, "").status() == 401);
    }

    private static JsonNode details(Answer answer) {
        return answer.body().at("/error/details");
    }

    private static void assertRefused(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        JsonNode error = answer.body().get("error");
        assertThat(error.get("code").asText()).isEqualTo(code);
        assertThat(error.get("message").asText()).isNotBlank();
        assertThat(error.get("details").isObject()).isTrue();
        assertThat(answer.headers().firstValue("X-Request-Id")).isPresent();
    }
}
