package io.pithead.miner.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import io.pithead.miner.api.LineSpeed.Measured;
import io.pithead.miner.config.CoordinatorConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LineSpeedTest {
    private static final String PIECE = "bytes 0-" + (LineSpeed.BYTES - 1) + "/" + (LineSpeed.BYTES + 1);

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private final Map<String, byte[]> files = new ConcurrentHashMap<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final Exchange exchange;
    private HttpHandler behaviour = this::store;

    LineSpeedTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", call -> {
            try (call) {
                String piece = call.getRequestHeaders().getFirst("Content-Range");
                requests.add(call.getRequestMethod() + (piece == null ? "" : " " + piece));
                behaviour.handle(call);
            }
        });
        server.start();
        exchange = new Exchange(
                new CoordinatorConfig(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()), Optional.empty()),
                Optional.empty(),
                InstantSource.system());
    }

    @AfterEach
    void stop() {
        over.countDown();
        exchange.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void store(HttpExchange call) throws IOException {
        String path = call.getRequestURI().getPath();
        if (call.getRequestMethod().equals("PUT")) {
            byte[] bytes = call.getRequestBody().readAllBytes();
            boolean whole = call.getRequestHeaders().getFirst("Content-Range") == null;
            if (whole) {
                files.put(path, bytes);
            }
            requests.add(path + " " + bytes.length);
            call.sendResponseHeaders(whole ? 201 : 202, -1);
            return;
        }
        byte[] file = files.get(path);
        call.sendResponseHeaders(file == null ? 404 : 200, file == null ? -1 : file.length);
        if (file != null) {
            call.getResponseBody().write(file);
        }
    }

    private LineSpeed speed() {
        return new LineSpeed(exchange, Duration.ofSeconds(60));
    }

    private static void assertRate(Measured measured) {
        assertThat(measured)
                .isInstanceOfSatisfying(
                        Measured.Rate.class,
                        rate -> assertThat(rate.megabits()).isPositive().isFinite());
    }

    @Test
    void what_it_sends_is_never_a_whole_file_and_always_the_same_one() {
        assertRate(speed().up("rig"));
        assertRate(speed().up("rig"));
        assertThat(requests).hasSize(4).contains("PUT " + PIECE);
        assertThat(requests.get(1)).endsWith(" " + LineSpeed.BYTES).isEqualTo(requests.get(3));
        assertRate(speed().up("another"));
        assertThat(requests.getLast()).isNotEqualTo(requests.get(1));
        assertThat(files).isEmpty();
    }

    @Test
    void what_it_fetches_is_brought_once() {
        assertRate(speed().down());
        assertThat(files).hasSize(1);
        assertThat(requests).filteredOn(request -> !request.startsWith("/")).containsExactly("GET", "PUT", "GET");
        assertRate(speed().down());
        assertThat(requests).filteredOn("PUT"::equals).hasSize(1);
    }

    @Test
    void bytes_that_are_not_the_files_are_no_measure() {
        behaviour = call -> {
            call.sendResponseHeaders(200, 5);
            call.getResponseBody().write("short".getBytes(StandardCharsets.UTF_8));
        };
        assertThat(speed().down()).isInstanceOf(Measured.Unknown.class);
    }

    @Test
    void a_refusal_is_told_as_it_came() {
        behaviour = call -> {
            call.getRequestBody().readAllBytes();
            byte[] body = "{\"error\":{\"code\":\"PAYLOAD_TOO_LARGE\"}}".getBytes(StandardCharsets.UTF_8);
            call.sendResponseHeaders(413, body.length);
            call.getResponseBody().write(body);
        };
        assertThat(speed().up("rig")).isEqualTo(new Measured.Unknown("413 PAYLOAD_TOO_LARGE"));
        assertThat(speed().down()).isEqualTo(new Measured.Unknown("413 PAYLOAD_TOO_LARGE"));
    }

    @Test
    void a_transfer_that_is_not_over_in_time_gives_the_rate_that_it_stayed_below() {
        behaviour = call -> {
            try {
                over.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        };
        var hurried = new LineSpeed(exchange, Duration.ofMillis(300));
        assertThat(hurried.up("rig")).isInstanceOf(Measured.Below.class);
        assertThat(hurried.down()).isInstanceOf(Measured.Below.class);
    }

    @Test
    void a_coordinator_that_is_not_there_is_no_slow_line() {
        server.stop(0);
        assertThat(speed().up("rig")).isInstanceOf(Measured.Unknown.class);
    }
}
