package io.pithead.miner.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.pithead.miner.api.RegistryApi;
import io.pithead.miner.chain.PinFile;
import io.pithead.miner.config.CoordinatorConfig;
import io.pithead.miner.config.DiscoveryConfig;
import io.pithead.miner.config.RunChoice;
import io.pithead.miner.config.Secret;
import io.pithead.miner.membership.core.AnnouncePolicy;
import io.pithead.miner.testing.Members;
import io.pithead.protocol.discovery.NodeAnnounced;
import io.pithead.protocol.discovery.NodeAnnouncement;
import io.pithead.protocol.discovery.Reader;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.error.ErrorEnvelope;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.seal.EndpointSeal;
import io.pithead.protocol.signing.SignedRequest;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a registry that checks every signature as the real one does, and answers what a test wants. */
class AnnouncerTest {
    private static final UUID RUN = UUID.fromString("0198f3a0-0000-7000-8000-000000000020");
    private static final long CHAIN = Members.NETWORK.chain();
    private static final Hardware HARDWARE =
            new Hardware(null, 65_536L, null, null, null, null, "Linux", "ab".repeat(32));

    @TempDir
    private Path dir;

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final List<NodeAnnouncement> announced = new CopyOnWriteArrayList<>();
    private final List<SignedRequest> signed = new CopyOnWriteArrayList<>();
    private volatile List<Reader> readers = List.of(reader(Members.MANAGER));
    /** What the registry wants sealed, and no longer once it has that. */
    private volatile @Nullable Long sealAs = 1L;

    private volatile boolean satisfiable = true;
    private volatile int status = 200;

    AnnouncerTest() throws IOException {}

    @BeforeEach
    void start() {
        server.createContext("/", this::handle);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static Reader reader(WalletKey key) {
        return new Reader(key.address().text(), key.publicKey().text());
    }

    private String origin() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            SignedRequest request = SignedRequest.parse(
                            exchange.getRequestHeaders().getFirst("Authorization"))
                    .orElseThrow();
            boolean good = request.isSignedFor(
                            exchange.getRequestMethod(),
                            exchange.getRequestURI().toString())
                    && request.isOfBody(body)
                    && request.audience().equals(origin())
                    && request.timeliness(Instant.now()) == SignedRequest.Timeliness.TIMELY;
            signed.add(request);
            Object answer;
            int code = good ? status : 401;
            if (code == 200) {
                answer = announced(Json.read(body, NodeAnnouncement.class), request);
            } else {
                answer = ErrorEnvelope.of(ErrorCode.NODE_REFUSED, "said the test", Map.of());
            }
            byte[] bytes = Json.write(answer);
            exchange.sendResponseHeaders(code, bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (io.pithead.protocol.json.InvalidPayloadException e) {
            throw new IOException(e);
        }
    }

    private NodeAnnounced announced(NodeAnnouncement announcement, SignedRequest request) {
        announced.add(announcement);
        if (satisfiable
                && announcement.endpoint() != null
                && announcement.endpoint().version().equals(sealAs)) {
            sealAs = null;
        }
        return new NodeAnnounced(request.signer().text(), RUN, readers, sealAs, 30, Instant.now());
    }

    private Duration round(String base, OptionalLong chain, Optional<Secret> endpoint) throws IOException {
        var config = new DiscoveryConfig(
                new CoordinatorConfig(URI.create(origin() + base), Optional.empty()),
                new RunChoice(chain, RUN),
                endpoint);
        try (var registry = new RegistryApi(config, Members.NODE, InstantSource.system())) {
            return new Announcer(config, Members.NODE, registry, new PinFile(dir), () -> HARDWARE).round();
        }
    }

    private Duration round(Optional<Secret> endpoint) throws IOException {
        return round("", OptionalLong.of(CHAIN), endpoint);
    }

    private static Optional<Secret> endpoint() {
        return Optional.of(new Secret("203.0.113.7:4001"));
    }

    @Test
    void the_node_announces_itself_under_its_key_and_seals_its_endpoint_for_the_readers_alone() throws Exception {
        assertThat(round(endpoint())).isEqualTo(Duration.ofSeconds(30));

        assertThat(announced).hasSize(2);
        assertThat(announced.getFirst().endpoint()).isNull();
        assertThat(announced.getFirst().hardware()).isEqualTo(HARDWARE.unnamed());
        var place = new EndpointSeal.Place(CHAIN, RUN, Members.NODE.address(), 1);
        var sealed = java.util.Objects.requireNonNull(announced.getLast().endpoint());
        assertThat(EndpointSeal.open(place, sealed, Members.MANAGER)).contains("203.0.113.7:4001");
        assertThat(EndpointSeal.open(place, sealed, Members.SOMEBODY)).isEmpty();
        assertThat(Json.text(announced)).doesNotContain("203.0.113.7");
        assertThat(signed).allMatch(one -> one.signer().equals(Members.NODE.address()) && one.chain() == CHAIN);
        assertThat(signed.stream().map(SignedRequest::nonce)).doesNotHaveDuplicates();
    }

    @Test
    void new_readers_get_a_seal_of_their_own_and_who_was_one_reads_nothing_of_it() throws Exception {
        round(endpoint());
        readers = List.of(reader(Members.SOMEBODY));
        sealAs = 2L;
        round(endpoint());
        var place = new EndpointSeal.Place(CHAIN, RUN, Members.NODE.address(), 2);
        var sealed = java.util.Objects.requireNonNull(announced.getLast().endpoint());
        assertThat(EndpointSeal.open(place, sealed, Members.SOMEBODY)).isPresent();
        assertThat(EndpointSeal.open(place, sealed, Members.MANAGER)).isEmpty();
    }

    @Test
    void the_path_that_is_signed_is_the_one_that_is_sent() throws Exception {
        round("/registry", OptionalLong.of(CHAIN), Optional.empty());
        assertThat(announced).hasSize(1);
    }

    @Test
    void without_an_endpoint_nothing_is_sealed() throws Exception {
        round(Optional.empty());
        assertThat(announced)
                .singleElement()
                .satisfies(one -> assertThat(one.endpoint()).isNull());
    }

    @Test
    void readers_whose_keys_are_not_theirs_are_told_nothing() throws Exception {
        readers = List.of(new Reader(
                Members.MANAGER.address().text(), Members.SOMEBODY.publicKey().text()));
        round(endpoint());
        assertThat(announced)
                .singleElement()
                .satisfies(one -> assertThat(one.endpoint()).isNull());
        readers = List.of();
        round(endpoint());
        assertThat(announced.getLast().endpoint()).isNull();
    }

    @Test
    void a_registry_that_is_never_satisfied_waits_for_its_turn() throws Exception {
        satisfiable = false;
        assertThat(round(endpoint())).isEqualTo(Duration.ofSeconds(30));
        assertThat(announced).hasSize(4);
    }

    @Test
    void the_chain_is_the_one_that_was_confirmed_where_the_owner_names_none() throws Exception {
        assertThat(round("", OptionalLong.empty(), Optional.empty())).isEqualTo(AnnouncePolicy.AFTER_REFUSAL);
        assertThat(signed).isEmpty();
        new PinFile(dir).write(Members.NETWORK);
        round("", OptionalLong.empty(), Optional.empty());
        assertThat(signed)
                .singleElement()
                .satisfies(one -> assertThat(one.chain()).isEqualTo(CHAIN));
    }

    @Test
    void who_is_refused_waits_a_minute_and_who_is_not_heard_tries_sooner() throws Exception {
        status = 403;
        assertThat(round(endpoint())).isEqualTo(AnnouncePolicy.AFTER_REFUSAL);
        status = 503;
        assertThat(round(endpoint())).isLessThan(AnnouncePolicy.AFTER_REFUSAL);
        stop();
        assertThat(round(endpoint())).isLessThan(AnnouncePolicy.AFTER_REFUSAL);
    }

    @Test
    void a_pace_is_kept_within_reason() {
        assertThat(AnnouncePolicy.pace(new NodeAnnounced("0x", RUN, List.of(), null, -5, Instant.EPOCH)))
                .isEqualTo(Duration.ofSeconds(1));
        assertThat(AnnouncePolicy.pace(new NodeAnnounced("0x", RUN, List.of(), null, Integer.MAX_VALUE, Instant.EPOCH)))
                .isEqualTo(Duration.ofHours(1));
    }
}
