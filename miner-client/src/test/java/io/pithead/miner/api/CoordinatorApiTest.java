package io.pithead.miner.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.pithead.miner.config.CoordinatorConfig;
import io.pithead.miner.config.Secret;
import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The client against servers that answer wrongly. */
class CoordinatorApiTest {
    private static final byte[] FILE = "0123456789".getBytes(StandardCharsets.US_ASCII);
    private static final String SHA = Digests.sha256Hex(FILE);

    @TempDir
    private Path temp;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private HttpHandler behaviour = exchange -> reply(exchange, 200, "{}");
    private HttpServer server;
    private CoordinatorApi api;

    CoordinatorApiTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        api = new CoordinatorApi(
                new CoordinatorConfig(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()), Optional.empty()),
                Optional.of(new Secret("secret-key")),
                InstantSource.system());
    }

    @BeforeEach
    void start() {
        server.createContext("/", exchange -> {
            try (exchange) {
                String range = exchange.getRequestHeaders().getFirst("Range");
                String piece = exchange.getRequestHeaders().getFirst("Content-Range");
                requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI()
                        + (range == null ? "" : " " + range) + (piece == null ? "" : " " + piece));
                behaviour.handle(exchange);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        api.close();
        server.stop(0);
    }

    private static void reply(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private String why() {
        return ((Answer.Lost<?>) api.balance()).why();
    }

    @Test
    void the_key_is_sent_and_the_poll_has_the_guides_form() {
        behaviour = exchange -> {
            assertThat(exchange.getRequestHeaders().getFirst("Authorization")).isEqualTo("Bearer secret-key");
            exchange.sendResponseHeaders(204, -1);
        };
        assertThat(api.next("a:b", 3, Duration.ofSeconds(2))).isInstanceOf(Answer.Ok.class);
        assertThat(requests).containsExactly("GET /v1/miner/next?miner=a%3Ab&slots=3&wait=2&batch=true");
    }

    @Test
    void an_error_envelope_gives_its_code_and_how_long_to_wait() {
        behaviour = exchange -> {
            exchange.getResponseHeaders().set("Retry-After", "7");
            reply(exchange, 429, "{\"error\":{\"code\":\"RATE_LIMITED\",\"message\":\"slow\\ndown\",\"details\":{}}}");
        };
        assertThat(api.balance())
                .isEqualTo(new Answer.Refused<>(429, "RATE_LIMITED", "slow down", Duration.ofSeconds(7)));
    }

    @Test
    void an_error_without_an_envelope_is_known_by_its_status() {
        behaviour = exchange -> reply(exchange, 502, "<html>bad gateway</html>");
        assertThat(api.balance()).isEqualTo(new Answer.Refused<>(502, "HTTP_502", "", Duration.ZERO));
    }

    @Test
    void a_redirect_is_not_followed_so_the_key_goes_nowhere_else() {
        behaviour = exchange -> {
            exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1/");
            exchange.sendResponseHeaders(302, -1);
        };
        assertThat(api.balance()).isInstanceOf(Answer.Refused.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void an_answer_that_is_too_long_or_not_ours_is_no_answer() {
        behaviour = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] block = new byte[1024 * 1024];
            for (int i = 0; i < 8; i++) {
                exchange.getResponseBody().write(block);
            }
        };
        assertThat(why()).contains("longer than");
        behaviour = exchange -> reply(exchange, 200, "hello");
        assertThat(why()).contains("not the coordinator's");
        behaviour = exchange -> reply(exchange, 200, "[]");
        assertThat(why()).contains("not the coordinator's");
    }

    @Test
    void a_connection_that_is_cut_is_no_answer() {
        behaviour = exchange -> {
            throw new IOException("cut");
        };
        assertThat(why()).isNotBlank();
        server.stop(0);
        assertThat(why()).contains("Connect");
    }

    @Test
    void a_file_that_is_partly_there_is_fetched_from_where_it_ends() throws IOException {
        Path file = Files.writeString(temp.resolve("f"), "0123");
        behaviour = exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 4-9/10");
            reply(exchange, 206, "456789");
        };
        assertThat(api.artifacts().fetch(SHA, file, 10)).isInstanceOf(Answer.Ok.class);
        assertThat(file).hasBinaryContent(FILE);
        assertThat(requests).containsExactly("GET /v1/artifacts/" + SHA + " bytes=4-");
    }

    @Test
    void a_server_that_ignores_the_range_is_read_from_the_start() throws IOException {
        Path file = Files.writeString(temp.resolve("f"), "xxxx");
        behaviour = exchange -> reply(exchange, 200, "0123456789");
        assertThat(api.artifacts().fetch(SHA, file, 10)).isInstanceOf(Answer.Ok.class);
        assertThat(file).hasBinaryContent(FILE);
    }

    @Test
    void a_piece_that_was_not_asked_for_is_thrown_away() throws IOException {
        Path file = Files.writeString(temp.resolve("f"), "0123");
        behaviour = exchange -> {
            exchange.getResponseHeaders().set("Content-Range", "bytes 2-9/10");
            reply(exchange, 206, "23456789");
        };
        assertThat(api.artifacts().fetch(SHA, file, 10)).isInstanceOf(Answer.Lost.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void a_file_longer_than_promised_is_cut_off() {
        behaviour = exchange -> reply(exchange, 200, "0123456789");
        Path file = temp.resolve("f");
        assertThat(((Answer.Lost<Long>) api.artifacts().fetch(SHA, file, 9)).why())
                .contains("longer than 9");
        assertThat(file.toFile().length()).isLessThanOrEqualTo(9);
    }

    @Test
    void an_upload_goes_on_from_what_the_server_says_it_holds() throws IOException {
        Path file = Files.write(temp.resolve("f"), FILE);
        behaviour = exchange -> {
            boolean asks =
                    exchange.getRequestHeaders().getFirst("Content-Range").startsWith("bytes */");
            if (asks) {
                exchange.getResponseHeaders().set("Range", "bytes=0-3");
                exchange.sendResponseHeaders(308, -1);
            } else {
                assertThat(exchange.getRequestBody().readAllBytes())
                        .isEqualTo("456789".getBytes(StandardCharsets.US_ASCII));
                exchange.sendResponseHeaders(201, -1);
            }
        };
        assertThat(api.artifacts().store(SHA, file, true)).isInstanceOf(Answer.Ok.class);
        assertThat(requests)
                .containsExactly(
                        "PUT /v1/artifacts/" + SHA + " bytes */10", "PUT /v1/artifacts/" + SHA + " bytes 4-9/10");
    }

    @Test
    void the_offset_may_also_come_in_the_envelope_and_a_server_that_has_all_gets_nothing() throws IOException {
        Path file = Files.write(temp.resolve("f"), FILE);
        behaviour = exchange -> {
            boolean asks =
                    exchange.getRequestHeaders().getFirst("Content-Range").startsWith("bytes */");
            reply(
                    exchange,
                    asks ? 416 : 201,
                    asks ? "{\"error\":{\"code\":\"RANGE_NOT_SATISFIABLE\",\"details\":{\"offset\":9}}}" : "");
        };
        assertThat(api.artifacts().store(SHA, file, true)).isInstanceOf(Answer.Ok.class);
        assertThat(requests.getLast()).endsWith("bytes 9-9/10");
        behaviour = exchange -> reply(exchange, 200, "");
        requests.clear();
        assertThat(api.artifacts().store(SHA, file, true)).isInstanceOf(Answer.Ok.class);
        assertThat(requests).hasSize(1);
    }

    @Test
    void only_a_digest_becomes_a_part_of_a_path() {
        assertThatThrownBy(() -> api.artifacts().fetch("../../keys", temp.resolve("f"), 1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
