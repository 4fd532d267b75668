package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.seal.EndpointSeal;
import io.pithead.protocol.seal.EndpointSeal.Place;
import io.pithead.protocol.seal.SealedEndpoint;
import io.pithead.protocol.signing.PublicKey;
import io.pithead.protocol.signing.SignedRequest;
import io.pithead.protocol.signing.SignedRequest.Terms;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The discovery registry over HTTP: who is taken, who reads, and what is refused and why. */
@ExtendWith(SharedServer.class)
class DiscoveryIT {
    private static final String NODES = "/v1/discovery/nodes";
    private static final String FACTS = "/v1/admin/discovery/";
    private static final String ENDPOINT = "203.0.113.7:8091";
    private static final byte[] NO_BODY = {};
    private static final Duration SILENCE = Duration.ofSeconds(90);

    private static Operator operator;
    private static Wallet validator;

    private final Wallet owner = new Wallet(SharedServer.open());
    private final Wallet manager = new Wallet(SharedServer.open());
    private final Wallet provider = new Wallet(SharedServer.open());
    private final Wallet node = new Wallet(SharedServer.open());
    private final String run = UUID.randomUUID().toString();

    @BeforeAll
    static void people() {
        operator = SharedServer.operator();
        validator = new Wallet(SharedServer.open());
        validators(validator);
    }

    @BeforeEach
    void chain() {
        said("runs/" + run, run());
        provider(node);
    }

    private Map<String, Object> run() {
        return new HashMap<>(Map.of(
                "chain",
                Wallet.CHAIN,
                "owner",
                owner.address(),
                "manager_key",
                manager.publicKey(),
                "requirements",
                "ram_mb=1000",
                "open",
                true));
    }

    private static void validators(Wallet... validators) {
        said(
                "validators",
                Map.of(
                        "chain",
                        Wallet.CHAIN,
                        "public_keys",
                        Stream.of(validators).map(Wallet::publicKey).toList()));
    }

    private void provider(Wallet... nodes) {
        said("providers/" + provider.address(), providing(nodes));
    }

    private static Map<String, Object> providing(Wallet... nodes) {
        return Map.of(
                "chain",
                Wallet.CHAIN,
                "whitelisted",
                true,
                "blacklisted",
                false,
                "nodes",
                Stream.of(nodes)
                        .map(one -> Map.of(
                                "address", one.address(), "validated", false, "active", false, "blacklisted", false))
                        .toList());
    }

    private static Answer say(String path, Object facts) {
        return operator.api().send("PUT", FACTS + path, Json.write(facts), "Content-Type", "application/json");
    }

    private static JsonNode said(String path, Object facts) {
        return say(path, facts).expect(200).body();
    }

    private Map<String, Object> plain() {
        return new HashMap<>(Map.of("run", run, "hardware", Map.of("ram_mb", 2_000)));
    }

    private JsonNode announce(Wallet who) {
        return who.put(NODES, plain()).expect(200).body();
    }

    private JsonNode seal(Wallet who, JsonNode told) {
        long version = told.get("seal_as").asLong();
        List<PublicKey> keys = told.get("readers")
                .valueStream()
                .map(reader ->
                        PublicKey.parse(reader.get("public_key").asText()).orElseThrow())
                .toList();
        SealedEndpoint sealed = EndpointSeal.seal(place(who, version), ENDPOINT, keys, new SecureRandom());
        Map<String, Object> body = plain();
        body.put("endpoint", sealed);
        return who.put(NODES, body).expect(200).body();
    }

    private Place place(Wallet who, long version) {
        return new Place(Wallet.CHAIN, UUID.fromString(run), who.key.address(), version);
    }

    private String opened(Wallet reader, JsonNode seen, long version) throws Exception {
        SealedEndpoint sealed = Json.bind(seen.get("endpoint"), SealedEndpoint.class);
        assertThat(sealed.keys()).hasSize(1);
        return EndpointSeal.open(place(node, version), sealed, reader.key).orElseThrow();
    }

    private static JsonNode of(JsonNode page, Wallet who) {
        return page.get("items")
                .valueStream()
                .filter(one -> one.get("address").asText().equals(who.address()))
                .findAny()
                .orElseThrow(() -> new AssertionError(who.address() + " is not in " + page));
    }

    @Test
    void a_node_is_found_by_those_who_may_know_and_its_endpoint_read_by_them_alone() throws Exception {
        assertThat(seal(node, announce(node)).has("seal_as")).isFalse();
        JsonNode listed = of(
                manager.get("/v1/discovery/runs/" + run + "/nodes").expect(200).body(), node);
        assertThat(opened(manager, listed, 1)).isEqualTo(ENDPOINT);
        assertThat(listed.get("provider").asText()).isEqualTo(provider.address());
        JsonNode owners =
                of(owner.get("/v1/discovery/runs/" + run + "/nodes").expect(200).body(), node);
        assertThat(owners.has("endpoint")).isFalse();
        JsonNode seen = validator.get(NODES + "/" + node.address()).expect(200).body();
        assertThat(opened(validator, seen, 1)).isEqualTo(ENDPOINT);
        assertThat(validator
                        .get("/v1/discovery/validator/nodes?limit=200&validated=false")
                        .expect(200)
                        .text())
                .contains(node.address());
        assertThat(node.get(NODES + "/" + node.key.address().checksummed())
                        .expect(200)
                        .text())
                .doesNotContain(ENDPOINT);
    }

    @Test
    void when_readers_change_the_node_is_told_to_seal_anew() throws Exception {
        seal(node, announce(node));
        Wallet newcomer = new Wallet(SharedServer.open());
        validators(newcomer);
        try {
            Refused.with(validator.get(NODES + "/" + node.address()), 404, "NODE_NOT_FOUND");
            JsonNode told = announce(node);
            assertThat(told.get("seal_as").asLong()).isEqualTo(2);
            assertThat(told.get("readers")
                            .valueStream()
                            .map(one -> one.get("address").asText()))
                    .containsExactlyInAnyOrder(manager.address(), newcomer.address());
            seal(node, told);
            JsonNode seen =
                    newcomer.get(NODES + "/" + node.address()).expect(200).body();
            assertThat(opened(newcomer, seen, 2)).isEqualTo(ENDPOINT);
        } finally {
            validators(validator);
        }
    }

    @Test
    void a_node_is_refused_by_name() {
        Wallet stranger = new Wallet(SharedServer.open());
        refused("NOT_REGISTERED", stranger.put(NODES, plain()));
        Map<String, Object> small = plain();
        small.put("hardware", Map.of("ram_mb", 999));
        refused("NOT_ENOUGH_RAM", node.put(NODES, small));
        Map<String, Object> elsewhere = plain();
        elsewhere.put("run", UUID.randomUUID());
        refused("UNKNOWN_RUN", node.put(NODES, elsewhere));
        Map<String, Object> closed = run();
        closed.put("open", false);
        said("runs/" + run, closed);
        refused("RUN_CLOSED", node.put(NODES, plain()));
        said("runs/" + run, run());
        var banned = new HashMap<>(providing(node));
        banned.put("blacklisted", true);
        said("providers/" + provider.address(), banned);
        refused("BLACKLISTED", node.put(NODES, plain()));
        Refused.with(manager.get(NODES + "/" + node.address()), 404, "NODE_NOT_FOUND");
    }

    private static void refused(String reason, Answer answer) {
        Refused.with(answer, 403, "NODE_REFUSED");
        assertThat(answer.body().at("/error/details/reason").asText()).isEqualTo(reason);
    }

    @Test
    void from_one_place_come_so_many_nodes_and_no_more() {
        Wallet[] neighbours = Stream.generate(() -> new Wallet(SharedServer.open(), "192.0.2.77"))
                .limit(4)
                .toArray(Wallet[]::new);
        provider(neighbours);
        Stream.of(neighbours).limit(3).forEach(this::announce);
        refused("PLACE_IS_FULL", neighbours[3].put(NODES, plain()));
        announce(neighbours[0]);
    }

    @Test
    void what_a_proxy_did_not_say_itself_counts_for_nothing() {
        Wallet[] liars = Stream.iterate(1, i -> i + 1)
                .map(i -> new Wallet(SharedServer.open(), "203.0.113." + i + ", 192.0.2.78"))
                .limit(4)
                .toArray(Wallet[]::new);
        provider(liars);
        Stream.of(liars).limit(3).forEach(this::announce);
        refused("PLACE_IS_FULL", liars[3].put(NODES, plain()));
    }

    @Test
    void a_silent_node_is_no_longer_listed() {
        announce(node);
        manager.get(NODES + "/" + node.address()).expect(200);
        Await.until(
                "the node to be gone",
                SILENCE,
                () -> owner.get(NODES + "/" + node.address()).status() == 404);
        assertThat(manager.get("/v1/discovery/runs/" + run + "/nodes")
                        .expect(200)
                        .body()
                        .get("items"))
                .isEmpty();
        announce(node);
        manager.get(NODES + "/" + node.address()).expect(200);
    }

    @Test
    void lists_have_pages() {
        Wallet[] nodes =
                Stream.generate(() -> new Wallet(SharedServer.open())).limit(3).toArray(Wallet[]::new);
        provider(nodes);
        Stream.of(nodes).forEach(this::announce);
        var found = new ArrayList<String>();
        String path = "/v1/discovery/runs/" + run + "/nodes?limit=2";
        JsonNode first = manager.get(path).expect(200).body();
        first.get("items").forEach(one -> found.add(one.get("address").asText()));
        assertThat(found).hasSize(2);
        JsonNode second = manager.get(
                        path + "&cursor=" + first.get("next_cursor").asText())
                .expect(200)
                .body();
        second.get("items").forEach(one -> found.add(one.get("address").asText()));
        assertThat(second.get("next_cursor").isNull()).isTrue();
        assertThat(found)
                .containsExactlyElementsOf(
                        Stream.of(nodes).map(Wallet::address).sorted().toList());
        Refused.with(manager.get(path + "&cursor=x"), 400, "MALFORMED_REQUEST");
        Refused.with(manager.get("/v1/discovery/runs/" + run + "/nodes?limit=0"), 400, "MALFORMED_REQUEST");
    }

    @Test
    void others_are_told_nothing() {
        announce(node);
        Wallet stranger = new Wallet(SharedServer.open());
        for (Wallet other : List.of(stranger, node, provider, validator)) {
            JsonNode theirs = Refused.with(other.get("/v1/discovery/runs/" + run + "/nodes"), 404, "NOT_FOUND")
                    .body()
                    .get("error");
            assertThat(other.get("/v1/discovery/runs/" + UUID.randomUUID() + "/nodes")
                            .body()
                            .get("error"))
                    .isEqualTo(theirs);
        }
        for (Wallet other : List.of(stranger, node, provider, owner, manager)) {
            Refused.with(other.get("/v1/discovery/validator/nodes"), 403, "FORBIDDEN_SIGNER");
        }
        JsonNode theirs = Refused.with(stranger.get(NODES + "/" + node.address()), 404, "NODE_NOT_FOUND")
                .body()
                .get("error");
        for (String nobody : List.of(stranger.address(), "0x0", "nobody")) {
            assertThat(stranger.get(NODES + "/" + nobody).body().get("error")).isEqualTo(theirs);
        }
    }

    // Signatures

    @Test
    void the_same_request_is_taken_once() {
        byte[] body = Json.write(plain());
        String put =
                SignedRequest.sign(node.key, "PUT", NODES, body, Wallet.terms()).header();
        node.send("PUT", NODES, body, put).expect(200);
        Refused.with(node.send("PUT", NODES, body, put), 409, "NONCE_USED");
        String path = "/v1/discovery/runs/" + run + "/nodes";
        String get = SignedRequest.sign(manager.key, "GET", path, NO_BODY, Wallet.terms())
                .header();
        manager.send("GET", path, NO_BODY, get).expect(200);
        Refused.with(manager.send("GET", path, NO_BODY, get), 409, "NONCE_USED");
    }

    @Test
    void a_signature_for_another_server_is_refused() {
        signedWith(Wallet.terms(Wallet.CHAIN, "https://other.example", Instant.now()), 401, "WRONG_AUDIENCE");
    }

    @Test
    void a_signature_for_another_chain_is_no_registered_nodes() {
        signedWith(Wallet.terms(1, Wallet.AUDIENCE, Instant.now()), 403, "NODE_REFUSED");
    }

    @Test
    void a_signature_of_the_past_or_the_future_is_refused_and_a_minute_is_neither() {
        Instant now = Instant.now();
        signedWith(Wallet.terms(Wallet.CHAIN, Wallet.AUDIENCE, now.minusSeconds(200)), 401, "SIGNATURE_EXPIRED");
        signedWith(Wallet.terms(Wallet.CHAIN, Wallet.AUDIENCE, now.plusSeconds(100)), 401, "SIGNATURE_NOT_YET_VALID");
        signedWith(Wallet.terms(Wallet.CHAIN, Wallet.AUDIENCE, now.minusSeconds(50)), 200, "");
        signedWith(Wallet.terms(Wallet.CHAIN, Wallet.AUDIENCE, now.plusSeconds(50)), 200, "");
        Terms terms = Wallet.terms();
        signedWith(
                new Terms(terms.chain(), terms.audience(), terms.nonce(), terms.issuedAt(), Duration.ofHours(1)),
                401,
                "SIGNATURE_INVALID");
    }

    private void signedWith(Terms terms, int status, String code) {
        byte[] body = Json.write(plain());
        Answer answer = node.send(
                "PUT",
                NODES,
                body,
                SignedRequest.sign(node.key, "PUT", NODES, body, terms).header());
        if (status == 200) {
            answer.expect(200);
        } else {
            Refused.with(answer, status, code);
        }
    }

    @Test
    void another_method_path_query_or_body_was_not_signed() {
        String path = "/v1/discovery/runs/" + run + "/nodes";
        byte[] body = Json.write(plain());
        invalid(manager.send(
                "GET",
                path,
                NO_BODY,
                SignedRequest.sign(manager.key, "POST", path, NO_BODY, Wallet.terms())
                        .header()));
        invalid(manager.send(
                "GET",
                path + "?limit=200",
                NO_BODY,
                SignedRequest.sign(manager.key, "GET", path, NO_BODY, Wallet.terms())
                        .header()));
        invalid(manager.send(
                "GET",
                "/v1/discovery/validator/nodes",
                NO_BODY,
                SignedRequest.sign(manager.key, "GET", path, NO_BODY, Wallet.terms())
                        .header()));
        String good =
                SignedRequest.sign(node.key, "PUT", NODES, body, Wallet.terms()).header();
        Map<String, Object> other = plain();
        other.put("hardware", Map.of("ram_mb", 2_001));
        invalid(node.send("PUT", NODES, Json.write(other), good));
        invalid(node.send("PUT", NODES, NO_BODY, good));
        invalid(node.send("PUT", NODES, body, good.replace(node.address(), manager.address())));
        invalid(node.send("PUT", NODES, body, good.replace(",chain=" + Wallet.CHAIN, ",chain=1")));
        node.send("PUT", NODES, body, good).expect(200);
    }

    private static void invalid(Answer answer) {
        Refused.with(answer, 401, "SIGNATURE_INVALID");
        assertThat(answer.headers().firstValue("WWW-Authenticate")).hasValue("Wallet realm=\"pithead\"");
    }

    @Test
    void no_key_and_no_other_form_opens_what_a_wallet_signs() {
        byte[] body = Json.write(plain());
        String good =
                SignedRequest.sign(node.key, "PUT", NODES, body, Wallet.terms()).header();
        Api open = SharedServer.open();
        for (Answer answer : List.of(
                open.send("PUT", NODES, body, "Content-Type", "application/json"),
                operator.api().send("PUT", NODES, body, "Content-Type", "application/json"),
                operator.api().get("/v1/discovery/validator/nodes"),
                open.send("PUT", NODES, body, "Authorization", "Wallet"),
                open.send("PUT", NODES, body, "Authorization", good + ",more=1"),
                open.send("PUT", NODES, body, "Authorization", good, "Authorization", good),
                open.send(
                        "PUT",
                        NODES,
                        body,
                        "Authorization",
                        good,
                        "X-Api-Key",
                        operator.api().key()),
                open.send("PUT", NODES, body, "Authorization", good.replace(node.address(), mistyped(node))))) {
            assertThat(answer.status()).as(answer.text()).isEqualTo(401);
            Refused.envelope(answer);
        }
    }

    private static String mistyped(Wallet wallet) {
        char[] text = wallet.key.address().checksummed().toCharArray();
        int letter = 2;
        while (!Character.isLetter(text[letter])) {
            letter++;
        }
        text[letter] = Character.isUpperCase(text[letter])
                ? Character.toLowerCase(text[letter])
                : Character.toUpperCase(text[letter]);
        return new String(text);
    }

    @Test
    void the_letters_of_an_address_make_no_second_quota_and_no_second_node() {
        byte[] body = Json.write(plain());
        String upper = "0x" + node.address().substring(2).toUpperCase(Locale.ROOT);
        for (String form : List.of(node.address(), upper, node.key.address().checksummed())) {
            String header = SignedRequest.sign(node.key, "PUT", NODES, body, Wallet.terms())
                    .header()
                    .replace(node.address(), form);
            JsonNode answer = node.send("PUT", NODES, body, header).expect(200).body();
            assertThat(answer.get("address").asText()).isEqualTo(node.address());
        }
        assertThat(manager.get("/v1/discovery/runs/" + run + "/nodes")
                        .expect(200)
                        .body()
                        .get("items"))
                .hasSize(1);
        Answer answer = node.get(NODES + "/" + node.address());
        assertThat(answer.headers().firstValue("RateLimit"))
                .hasValueSatisfying(left -> assertThat(left).startsWith("\"key\";r=9"));
    }

    @Test
    void who_asks_too_often_waits() {
        Wallet fast = new Wallet(SharedServer.open());
        Answer answer = fast.get("/v1/discovery/validator/nodes");
        for (int i = 0; i < 200 && answer.status() != 429; i++) {
            answer = fast.get("/v1/discovery/validator/nodes");
        }
        Refused.with(answer, 429, "RATE_LIMITED");
        assertThat(answer.headers().firstValue("Retry-After")).isPresent();
    }

    // Bodies

    @Test
    void a_body_that_is_wrong_is_named_and_changes_nothing() throws Exception {
        seal(node, announce(node));
        SealedEndpoint good =
                EndpointSeal.seal(place(node, 2), ENDPOINT, List.of(manager.key.publicKey()), new SecureRandom());
        var endpoint = new HashMap<String, Object>(
                Map.of("version", good.version(), "content", good.content(), "keys", good.keys()));
        naming("/run", Map.of("hardware", Map.of()));
        naming("/run", Map.of("run", "x", "hardware", Map.of()));
        naming("/hardware", Map.of("run", run));
        naming("/hardware/ram_mb", with("hardware", Map.of("ram_mb", -1)));
        naming("/hardware/os", with("hardware", Map.of("ram_mb", 2_000, "os", "a\u0000")));
        naming(
                "/hardware",
                with("hardware", Map.of("ram_mb", 2_000, "gpus", List.of(Map.of("name", "x".repeat(201))))));
        naming("/address", with("address", node.address()));
        naming("/endpoint", with("endpoint", ENDPOINT));
        naming("/endpoint/version", with("endpoint", changed(endpoint, "version", 0)));
        naming("/endpoint/content", with("endpoint", changed(endpoint, "content", "")));
        naming("/endpoint/content", with("endpoint", changed(endpoint, "content", ENDPOINT)));
        naming("/endpoint/keys", with("endpoint", changed(endpoint, "keys", List.of())));
        naming(
                "/endpoint/keys/0/key",
                with("endpoint", changed(endpoint, "keys", List.of(Map.of("reader", manager.address(), "key", "AQ")))));
        byte[] notJson = "{".getBytes(StandardCharsets.UTF_8);
        Refused.with(
                node.send(
                        "PUT",
                        NODES,
                        notJson,
                        SignedRequest.sign(node.key, "PUT", NODES, notJson, Wallet.terms())
                                .header()),
                400,
                "INVALID_PAYLOAD");
        byte[] large = ("{\"run\":\"" + "x".repeat(70_000) + "\"}").getBytes(StandardCharsets.UTF_8);
        Refused.with(
                node.send(
                        "PUT",
                        NODES,
                        large,
                        SignedRequest.sign(node.key, "PUT", NODES, large, Wallet.terms())
                                .header()),
                413,
                "PAYLOAD_TOO_LARGE");
        JsonNode seen = validator.get(NODES + "/" + node.address()).expect(200).body();
        assertThat(opened(validator, seen, 1)).isEqualTo(ENDPOINT);
    }

    private Map<String, Object> with(String member, Object value) {
        Map<String, Object> body = plain();
        body.put(member, value);
        return body;
    }

    private static Map<String, Object> changed(Map<String, Object> endpoint, String member, Object value) {
        var changed = new HashMap<>(endpoint);
        changed.put(member, value);
        return changed;
    }

    private void naming(String pointer, Map<String, Object> body) {
        Refused.naming(node.put(NODES, body), pointer);
    }

    @Test
    void what_the_operator_says_is_checked_and_can_be_read_again() {
        assertThat(operator.api()
                        .get(FACTS + "runs/" + run)
                        .expect(200)
                        .body()
                        .get("manager_key")
                        .asText())
                .isEqualTo(manager.publicKey());
        assertThat(operator.api()
                        .get(FACTS + "providers/" + provider.key.address().checksummed() + "?chain=" + Wallet.CHAIN)
                        .expect(200)
                        .body()
                        .at("/nodes/0/address")
                        .asText())
                .isEqualTo(node.address());
        assertThat(operator.api()
                        .get(FACTS + "validators?chain=" + Wallet.CHAIN)
                        .expect(200)
                        .body()
                        .at("/public_keys/0")
                        .asText())
                .isEqualTo(validator.publicKey());
        Refused.with(operator.api().get(FACTS + "runs/" + UUID.randomUUID()), 404, "NOT_FOUND");
        Refused.with(operator.api().get(FACTS + "providers/nobody"), 404, "NOT_FOUND");
        Refused.naming(say("runs/" + run, factsWith("chain", 0)), "/chain");
        Refused.naming(say("runs/" + run, factsWith("owner", "0x0")), "/owner");
        Refused.naming(say("runs/" + run, factsWith("owner_key", manager.publicKey())), "/owner_key");
        Refused.naming(say("runs/" + run, factsWith("manager_key", "0x02" + "00".repeat(31) + "05")), "/manager_key");
        Refused.naming(say("runs/" + run, factsWith("requirements", "gpu:colour=red")), "/requirements");
        Refused.naming(say("validators", Map.of("chain", 7, "public_keys", List.of(node.address()))), "/public_keys/0");
        Refused.naming(
                say("validators", Map.of("chain", 7, "public_keys", List.of(manager.publicKey(), manager.publicKey()))),
                "/public_keys");
        Refused.with(say("providers/" + manager.address(), providing(node)), 409, "CONFLICT_STATE");
        assertThat(operator.api().get("/v1/admin/audit?limit=200").expect(200).text())
                .contains("discovery.run", "discovery.validators", "discovery.provider");
    }

    private Map<String, Object> factsWith(String member, Object value) {
        Map<String, Object> facts = run();
        facts.put(member, value);
        return facts;
    }
}
