package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.e2e.Api.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no client library sends, and clients that take their time. */
@ExtendWith(SharedServer.class)
class HostileTransportIT {
    private static final int MIB = 1024 * 1024;
    /** More than the server has threads for requests. */
    private static final int SLOW_CLIENTS = 100;

    private static final int PAUSE_MILLIS = 1_000;
    /** The server waits 20 s for a head or a body, and 75 s for one that never begins. */
    private static final Duration CUT_OFF = Duration.ofSeconds(120);

    private static Tenant tenant;
    private static RawHttp raw;
    private static String head;

    private List<?> before;

    @BeforeAll
    static void people() {
        tenant = SharedServer.operator().tenant("raw").deposit("10");
        tenant.submit(SharedServer.name("raw"));
        raw = new RawHttp(SharedServer.pithead().http());
        head = "Host: localhost\r\nAuthorization: Bearer " + tenant.buyer().key() + "\r\n";
    }

    @BeforeEach
    void look() {
        before = tenant.picture();
    }

    @AfterEach
    void nothing_changed() {
        assertThat(tenant.picture()).isEqualTo(before);
    }

    // Paths

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/artifacts/%2e%2e%2f%2e%2e%2fadmin.key",
                "/v1/artifacts/..%2f..%2fadmin.key",
                "/v1/%2e%2e/%2e%2e/admin.key",
                "/v1/../../../etc/passwd",
                "/%2e%2e/%2e%2e/etc/passwd",
                "//v1//jobs",
                "/v1//jobs",
                "/..\\..\\etc\\passwd",
                "/%5c..%5c",
                "/v1/jobs/%00",
                "/v1/jo%00bs",
                "/v1/jobs/..;/keys",
                "/WEB-INF/web.xml",
                "/web-inf/web.xml",
                "/META-INF/MANIFEST.MF",
                "/x/%2e%2e/WEB-INF/web.xml",
                "/docs/..%2f..%2fWEB-INF/web.xml",
                "/docs/%2e%2e/WEB-INF/web.xml",
                "/docs/..%5c..%5cstart.js",
                "/v1/%zz",
                "/v1/jobs/%"
            })
    void a_path_leads_nowhere_but_where_it_says(String path) {
        refusedInTheEnvelope(raw.exchange("GET " + path + " HTTP/1.1\r\n" + head + "\r\n"));
    }

    // Requests that are broken

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/jobs HTTP/9.9\r\n@\r\n",
                "GET /v1/jobs HTTP/1.1\r\n\r\n",
                "GET /v1/jobs HTTP/1.1\r\n@Folded: a\r\n b: c\rd\r\n\r\n",
                "BREW /v1/jobs HTTP/1.1\r\n@\r\n",
                "TRACE /v1/jobs HTTP/1.1\r\n@\r\n",
                "PATCH /v1/jobs HTTP/1.1\r\n@\r\n",
                "POST /v1/jobs HTTP/1.1\r\n@Content-Type: application/json\r\nContent-Length: -5\r\n\r\n{}",
                "POST /v1/jobs HTTP/1.1\r\n@Content-Type: application/json\r\nContent-Length: abc\r\n\r\n{}",
                "POST /v1/jobs HTTP/1.1\r\n@Content-Type: application/json\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{} ",
                "POST /v1/jobs HTTP/1.1\r\n@Content-Type: application/json\r\nContent-Length: 99999999999999999999\r\n\r\n{}",
                "POST /v1/jobs HTTP/1.1\r\n@Content-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                "POST /v1/jobs HTTP/1.1\r\n@Content-Type: /\r\nContent-Length: 2\r\n\r\n{}",
                "POST /v1/jobs HTTP/1.1\r\n@Content-Type: application/json; charset=none\r\nContent-Length: 2\r\n\r\n{}",
                "GET /v1/jobs HTTP/1.1\r\n@Accept: ;;/\r\n\r\n"
            })
    void a_broken_request_is_refused_in_the_envelope(String request) {
        refusedInTheEnvelope(raw.exchange(request.replace("@", head)));
    }

    @Test
    void a_head_that_is_too_large_is_refused_in_the_envelope() {
        refusedInTheEnvelope(raw.exchange("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\n" + head + "\r\n"));
        refusedInTheEnvelope(
                raw.exchange("GET /v1/jobs HTTP/1.1\r\n" + head + "X-Big: " + "a".repeat(9_000) + "\r\n\r\n"));
        refusedInTheEnvelope(raw.exchange("GET /v1/jobs HTTP/1.1\r\n" + head + "X-Many: a\r\n".repeat(100) + "\r\n"));
    }

    @Test
    void a_body_over_a_mebibyte_is_refused_before_it_is_read_and_while_it_is() {
        String post = "POST /v1/jobs HTTP/1.1\r\n" + head + "Content-Type: application/json\r\n";
        Refused.with(raw.exchange(post + "Content-Length: " + (MIB + 1) + "\r\n\r\n"), 413, "PAYLOAD_TOO_LARGE");
        String chunk = Integer.toHexString(MIB / 4) + "\r\n" + " ".repeat(MIB / 4) + "\r\n";
        Refused.with(
                raw.exchange(post + "Transfer-Encoding: chunked\r\n\r\n" + chunk.repeat(5)), 413, "PAYLOAD_TOO_LARGE");
    }

    // Slow clients

    @Test
    void who_sends_a_byte_now_and_then_is_cut_off_and_nobody_else_waits_for_it() throws Exception {
        String post = "POST /v1/jobs HTTP/1.1\r\n" + head + "Content-Type: application/json\r\n";
        List<String> beginnings = List.of(
                "GET /v1/jobs HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
                post + "Content-Length: 900\r\n\r\n{",
                "POST /v1/jobs HTTP/1.1\r\nHost: localhost\r\nContent-Length: 900\r\n\r\n{");
        try (var threads = Executors.newFixedThreadPool(beginnings.size() + 1)) {
            var cut = new ArrayList<Future<Boolean>>();
            for (String beginning : beginnings) {
                cut.add(threads.submit(() -> trickle(beginning, "a")));
            }
            cut.add(threads.submit(() -> trickle(post + "Transfer-Encoding: chunked\r\n\r\n", "1\r\n \r\n")));
            for (Future<Boolean> one : cut) {
                assertThat(one.get()).isTrue();
            }
        }
    }

    @Test
    void many_slow_clients_take_nothing_from_others() throws IOException {
        String post =
                "POST /v1/jobs HTTP/1.1\r\n" + head + "Content-Type: application/json\r\nContent-Length: 900\r\n\r\n{";
        var slow = new ArrayList<Socket>();
        try {
            for (int i = 0; i < SLOW_CLIENTS; i++) {
                slow.add(send(post));
            }
            for (int i = 0; i < 5; i++) {
                tenant.buyer().get("/v1/jobs").expect(200);
                tenant.buyer()
                        .post("/v1/jobs/00000000-0000-7000-8000-000000000000/cancel", Map.of())
                        .expect(404);
            }
            assertThat(slow.stream().filter(socket -> !isOver(socket))).isNotEmpty();
        } finally {
            for (Socket socket : slow) {
                socket.close();
            }
        }
    }

    /** @return whether the server put an end to it: by an answer, after which it reads no more, or by closing */
    private static boolean trickle(String beginning, String more) throws IOException {
        Instant deadline = Instant.now().plus(CUT_OFF);
        try (Socket socket = send(beginning)) {
            while (Instant.now().isBefore(deadline)) {
                if (isOver(socket)) {
                    return true;
                }
                socket.getOutputStream().write(more.getBytes(StandardCharsets.ISO_8859_1));
                socket.getOutputStream().flush();
            }
            return false;
        } catch (SocketException closed) {
            return true;
        }
    }

    private static Socket send(String text) throws IOException {
        var socket = new Socket(
                InetAddress.getLoopbackAddress(), SharedServer.pithead().http().getPort());
        socket.setSoTimeout(PAUSE_MILLIS);
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
        return socket;
    }

    /** Waits for a moment, which is the pause between two bytes. */
    private static boolean isOver(Socket socket) {
        try {
            socket.getInputStream().read();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static void refusedInTheEnvelope(Answer answer) {
        Refused.somehow(answer);
    }
}
