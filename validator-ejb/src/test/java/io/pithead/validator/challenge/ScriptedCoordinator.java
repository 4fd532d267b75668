package io.pithead.validator.challenge;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pithead.protocol.Page;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.ChallengeView;
import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.NetworkOffer;
import io.pithead.protocol.challenge.Opening;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.error.ErrorEnvelope;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.job.RefereeCase;
import io.pithead.protocol.job.RefereeOffer;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.node.Mode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A coordinator that carries challenges over real HTTP, keeps all that it was told, and does what a test wants instead. */
final class ScriptedCoordinator implements AutoCloseable {
    static final String KEY = "the key of a validator";
    private static final int PAGE = 2;
    private static final List<String> KINDS = List.of("COMPUTE", "MEMORY", "STORAGE", "NETWORK", "CONTAINER");

    private final HttpServer server;
    private final Map<UUID, Carried> carried = new LinkedHashMap<>();
    private final List<ClaimedNode> nodes = new ArrayList<>();
    /** Every body that came to a path, as it came. */
    final Map<String, List<String>> bodies = new LinkedHashMap<>();

    final Map<UUID, RefereeCase> cases = new LinkedHashMap<>();
    final Map<UUID, Charge> charges = new LinkedHashMap<>();
    /** Of charges: those that have one are listed no more. */
    final Map<UUID, Attestation> attested = new LinkedHashMap<>();
    /** All that were taken, of challenges and of charges. */
    final List<Attestation> attestations = new ArrayList<>();
    /** Answered to everything, whatever became of it. */
    int failing;
    /** What all nodes say of their lines. */
    @Nullable
    Long lineMbps;

    /** Answered in place of taking a challenge. */
    int refusing;
    /** Sent in the place of a page's first item. */
    @Nullable
    String oddItem;

    /** A challenge and what was said of it. */
    static final class Carried {
        final Challenge challenge;
        ChallengeState state = ChallengeState.OFFERED;

        @Nullable
        Instant fetchedAt;

        /** Of a stream: when it flowed, when its question was shown, and when it was opened. */
        @Nullable
        Instant begunAt;

        @Nullable
        Instant toldAt;

        Instant openedAt = Instant.EPOCH;

        @Nullable
        String streamKey;

        /** From there to the commitment. */
        Duration worked = Duration.ZERO;

        @Nullable
        Commitment commitment;

        @Nullable
        Question question;

        @Nullable
        Opening opening;

        @Nullable
        Attestation attestation;

        Carried(Challenge challenge) {
            this.challenge = challenge;
        }

        void commit(Commitment said) {
            commitment = said;
            state = ChallengeState.COMMITTED;
        }

        void open(Opening said) {
            opening = said;
            state = ChallengeState.OPENED;
        }

        /** Of one that was judged. */
        Attestation judged() {
            return Objects.requireNonNull(attestation, "nothing was attested");
        }

        /** Of one that was asked. */
        Question asked() {
            return Objects.requireNonNull(question, "nothing was asked");
        }

        ChallengeView view() {
            return new ChallengeView(
                    challenge.id(),
                    state,
                    challenge,
                    fetchedAt,
                    commitment,
                    commitment == null
                            ? null
                            : fetchedAt == null
                                    ? Instant.EPOCH
                                    : Objects.requireNonNullElse(begunAt, fetchedAt)
                                            .plus(worked),
                    question,
                    opening == null ? null : openedAt,
                    attestation,
                    begunAt,
                    toldAt);
        }
    }

    ScriptedCoordinator() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    URI origin() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    void node(String address) {
        node(address, true);
    }

    void node(String address, boolean online) {
        var engine = new Hardware.Docker("28.2.2", false);
        var hardware = new Hardware(new Hardware.Cpu("c", 1, 1, "amd64"), 1_024L, null, null, engine, null, null);
        nodes.add(new ClaimedNode(address, Mode.CPU, false, hardware, 6_400L, KINDS, online, Instant.EPOCH));
    }

    Carried only() {
        if (carried.size() != 1) {
            throw new AssertionError("carries " + carried.size());
        }
        return carried.values().iterator().next();
    }

    List<Carried> all() {
        return List.copyOf(carried.values());
    }

    void forgetEverything() {
        carried.clear();
    }

    List<String> said(String end) {
        return bodies.entrySet().stream()
                .filter(one -> one.getKey().endsWith(end))
                .flatMap(one -> one.getValue().stream())
                .toList();
    }

    private synchronized void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            if (!KEY.equals(exchange.getRequestHeaders().getFirst("X-Api-Key"))) {
                answer(exchange, 401, error("no key", Map.of()));
                return;
            }
            Reply reply = exchange.getRequestMethod().equals("POST")
                    ? post(path, body)
                    : get(path, query(exchange.getRequestURI()));
            answer(exchange, failing == 0 ? reply.status : failing, failing == 0 ? reply.body : "");
        } catch (InvalidPayloadException e) {
            throw new AssertionError(e.problems().toString(), e);
        }
    }

    private record Reply(int status, String body) {}

    private Reply get(String path, Map<String, String> query) {
        if (path.equals("/v1/validator/nodes")) {
            int from = Integer.parseInt(query.getOrDefault("cursor", "0"));
            int to = Math.min(nodes.size(), from + PAGE);
            return page(
                    nodes.subList(from, to).stream().map(this::withLine).toList(),
                    to < nodes.size() ? Integer.toString(to) : null);
        }
        if (path.equals("/v1/validator/challenges")) {
            ChallengeState state = ChallengeState.valueOf(String.valueOf(query.get("state")));
            List<ChallengeView> views = carried.values().stream()
                    .filter(one -> one.state == state)
                    .map(Carried::view)
                    .toList();
            return page(views, null);
        }
        if (path.equals("/v1/validator/cases")) {
            return page(
                    cases.values().stream()
                            .map(one -> new RefereeOffer(one.id(), "w", one.until()))
                            .toList(),
                    null);
        }
        if (path.startsWith("/v1/validator/cases/")) {
            RefereeCase found = cases.get(UUID.fromString(path.split("/", -1)[4]));
            return found == null ? new Reply(404, error("no such case", Map.of())) : new Reply(200, Json.text(found));
        }
        if (path.equals("/v1/validator/charges")) {
            List<Charge> open = charges.values().stream()
                    .filter(one -> !attested.containsKey(one.id()))
                    .toList();
            int from = Integer.parseInt(query.getOrDefault("cursor", "0"));
            int to = Math.min(open.size(), from + PAGE);
            return page(open.subList(from, to), to < open.size() ? Integer.toString(to) : null);
        }
        Carried one = find(path);
        if (one == null) {
            return new Reply(404, error("no such challenge", Map.of()));
        }
        if (path.endsWith("/opening")) {
            return one.opening == null
                    ? new Reply(404, error("none", Map.of()))
                    : new Reply(200, Json.text(one.opening));
        }
        return new Reply(200, Json.text(one.view()));
    }

    private ClaimedNode withLine(ClaimedNode node) {
        Hardware said = Objects.requireNonNull(node.hardware());
        return new ClaimedNode(
                node.address(),
                node.mode(),
                node.gpu(),
                new Hardware(
                        said.cpu(),
                        said.ramMb(),
                        null,
                        null,
                        said.docker(),
                        lineMbps == null ? null : new Hardware.Network(null, lineMbps),
                        null),
                node.diskMb(),
                node.challenges(),
                node.online(),
                node.seenAt());
    }

    private Reply page(List<?> items, @Nullable String next) {
        String page = Json.text(new Page<Object>(new ArrayList<>(items), next));
        return new Reply(
                200, oddItem == null ? page : page.replaceFirst("\\[", "[" + oddItem + (items.isEmpty() ? "" : ",")));
    }

    private Reply post(String path, String body) throws InvalidPayloadException {
        bodies.computeIfAbsent(path, any -> new ArrayList<>()).add(body);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        if (path.equals("/v1/validator/challenges")) {
            if (refusing != 0) {
                return new Reply(refusing, error("the node has one", Map.of()));
            }
            Challenge challenge = Json.read(bytes, Challenge.class);
            carried.putIfAbsent(challenge.id(), new Carried(challenge));
            return new Reply(201, Json.text(carried.get(challenge.id()).view()));
        }
        if (path.equals("/v1/validator/streams")) {
            NetworkOffer offer = Json.read(bytes, NetworkOffer.class);
            var one = new Carried(offer.challenge());
            one.streamKey = offer.key();
            carried.putIfAbsent(offer.challenge().id(), one);
            return new Reply(201, Json.text(one.view()));
        }
        if (path.endsWith("/finding")) {
            return refusing != 0 ? new Reply(refusing, error("the case is over", Map.of())) : new Reply(200, "{}");
        }
        if (path.startsWith("/v1/validator/charges/")) {
            return attestCharge(UUID.fromString(path.split("/", -1)[4]), Json.read(bytes, Attestation.class));
        }
        Carried one = find(path);
        if (one == null) {
            return new Reply(404, error("no such challenge", Map.of()));
        }
        return path.endsWith("/question")
                ? ask(one, Json.read(bytes, Question.class))
                : attest(one, Json.read(bytes, Attestation.class));
    }

    private static Reply ask(Carried one, Question question) {
        if (one.state == ChallengeState.COMMITTED) {
            one.question = question;
            one.state = ChallengeState.ASKED;
        }
        boolean same = question.equals(one.question);
        return new Reply(same ? 200 : 409, same ? Json.text(one.view()) : error("another", Map.of()));
    }

    private Reply attest(Carried one, Attestation attestation) {
        Reply reply = attest(one.attestation, one.state, attestation);
        if (reply.status == 200) {
            one.attestation = attestation;
            one.state = ChallengeState.JUDGED;
        }
        return reply;
    }

    private Reply attestCharge(UUID id, Attestation attestation) {
        if (!charges.containsKey(id)) {
            return new Reply(404, error("no such charge", Map.of()));
        }
        Reply reply = attest(attested.get(id), "OPEN", attestation);
        if (reply.status == 200) {
            attested.put(id, attestation);
        }
        return reply;
    }

    private Reply attest(@Nullable Attestation before, Object state, Attestation attestation) {
        if (before != null) {
            boolean same = before.equals(attestation);
            return new Reply(same ? 200 : 409, same ? "{}" : error("another", Map.of("state", ChallengeState.JUDGED)));
        }
        String newest = attestations.isEmpty() ? null : attestations.getLast().digest();
        if (!Objects.equals(newest, attestation.previous())) {
            return new Reply(
                    409,
                    error(
                            "does not follow",
                            newest == null ? Map.of("state", state) : Map.of("state", state, "previous", newest)));
        }
        attestations.add(attestation);
        return new Reply(200, "{}");
    }

    private @Nullable Carried find(String path) {
        return carried.get(UUID.fromString(path.split("/", -1)[4]));
    }

    private static String error(String message, Map<String, ?> details) {
        return Json.text(ErrorEnvelope.of(ErrorCode.CONFLICT_STATE, message, details));
    }

    private static Map<String, String> query(URI uri) {
        var query = new LinkedHashMap<String, String>();
        String text = uri.getQuery();
        if (text != null) {
            for (String one : text.split("&", -1)) {
                query.put(one.substring(0, one.indexOf('=')), one.substring(one.indexOf('=') + 1));
            }
        }
        return query;
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
