package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a client gets that does not speak properly, or not to the end. */
@ExtendWith(SharedServer.class)
class HttpEdgeIT {
    private static final int BUFFER = 65_536;
    /** Longer than the server waits for a byte of a request's head (60 s) or of its body (10 s), with its timer's grain. */
    private static final Duration CUT_OFF = Duration.ofSeconds(100);

    private final URI origin = SharedServer.pithead().http();

    @Test
    void no_answer_says_what_runs_here() {
        Api.Answer answer = Api.open(origin).get("/health/live");
        assertThat(answer.headers().map().keySet())
                .doesNotContain("server", "x-powered-by")
                .contains("x-request-id");
    }

    @Test
    void an_unknown_path_answers_in_the_envelope() {
        Api.Answer answer = Api.open(origin).get("/no/such/thing").expect(404);
        assertThat(answer.body().at("/error/code").asText()).isEqualTo("NOT_FOUND");
    }

    @Test
    void a_wrong_method_answers_in_the_envelope() throws IOException {
        String answer = talk("DELETE /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 405").contains("\"METHOD_NOT_ALLOWED\"");
    }

    @Test
    void a_request_line_that_is_none_is_refused_without_a_page() throws IOException {
        String answer = talk("NOT HTTP AT ALL\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1\\.[01] (400|505).*").doesNotContain("<html", "<HTML");
    }

    @Test
    void headers_beyond_the_limit_are_refused_without_a_page() throws IOException {
        String answer = talk("GET /health/live HTTP/1.1\r\nHost: x\r\nX-Big: " + "a".repeat(20_000) + "\r\n\r\n");
        assertThat(answer).matches("(?s)HTTP/1\\.[01] (400|413|431).*").doesNotContain("<html", "<HTML");
    }

    @Test
    void a_path_traversal_finds_nothing() throws IOException {
        for (String path : List.of("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/..%2f..%2fetc/passwd")) {
            String answer = talk("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(answer).matches("(?s)HTTP/1\\.1 4\\d\\d.*").doesNotContain("root:");
        }
    }

    @Test
    void a_client_that_never_ends_its_headers_is_cut_off() throws IOException {
        assertCutOff("GET /health/live HTTP/1.1\r\nHost: x\r\n");
    }

    @Test
    void a_client_that_never_ends_its_body_is_cut_off() throws IOException {
        assertCutOff(
                "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{");
    }

    /** Says the words, waits for everything that comes back until the connection is closed. */
    private String talk(String words) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = new byte[BUFFER];
            int length = 0;
            int read = socket.getInputStream().read(answer, length, BUFFER - length);
            while (read > 0) {
                length += read;
                read = socket.getInputStream().read(answer, length, BUFFER - length);
            }
            return new String(answer, 0, length, StandardCharsets.UTF_8);
        }
    }

    private void assertCutOff(String words) throws IOException {
        Instant begin = Instant.now();
        String answer = talk(words);
        assertThat(Duration.between(begin, Instant.now())).isLessThan(CUT_OFF);
        assertThat(answer).doesNotContain("HTTP/1.1 200", "HTTP/1.1 201");
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(origin.getHost(), origin.getPort());
        socket.setSoTimeout((int) CUT_OFF.toMillis());
        return socket;
    }
}
