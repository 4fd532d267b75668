package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.e2e.Api.Answer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
                "//v1//jobs",
                "/v1//jobs",
                "/v1/jobs/..;/keys"
            })
    void a_path_leads_nowhere_but_where_it_says(String path) {
        refusedInTheEnvelope(raw.exchange("GET " + path + " HTTP/1.1\r\n" + head + "\r\n"));
    }

    // Requests that are broken

    @ParameterizedTest
    @ValueSource(
            strings = {
                "BREW /v1/jobs HTTP/1.1\r\n@\r\n",
                "PATCH /v1/jobs HTTP/1.1\r\n@\r\n",
                "POST /v1/jobs HTTP/1.1\r\n@Content-Type: application/json; charset=none\r\nContent-Length: 2\r\n\r\n{}"
            })
    void a_broken_request_is_refused_in_the_envelope(String request) {
        refusedInTheEnvelope(raw.exchange(request.replace("@", head)));
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
