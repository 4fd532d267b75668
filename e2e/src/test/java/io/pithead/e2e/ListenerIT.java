package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.e2e.Api.Answer;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What never gets as far as the application is refused in one whole answer, in the same words. */
@ExtendWith(SharedServer.class)
class ListenerIT {
    private static final String JUST_ASK = "GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    private static final String POST = "POST /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    /** Longer than a head may take (30 s). */
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    private static URI origin;

    @BeforeAll
    static void where() {
        origin = SharedServer.pithead().http();
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("GET /health/live HTTP/1.1\r\n\r\n", 400),
                Arguments.of("GET /health/live HTTP/7.3\r\nHost: x\r\n\r\n", 505),
                Arguments.of("NOT HTTP AT ALL\r\n\r\n", 505),
                Arguments.of(POST + "Content-Length: x\r\n\r\n{}", 400),
                Arguments.of(POST + "Content-Length: -1\r\n\r\n{}", 400),
                Arguments.of(POST + "Content-Length: 99999999999999999999\r\n\r\n{}", 400),
                Arguments.of(POST + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}", 400),
                Arguments.of(POST + "Transfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n0\r\n\r\n", 400),
                Arguments.of("GET /health/live HTTP/1.1\r\nHost: x\r\nX-Big: " + "a".repeat(20_000) + "\r\n\r\n", 431),
                Arguments.of("GET /" + "a".repeat(20_000) + " HTTP/1.1\r\nHost: x\r\n\r\n", 431),
                Arguments.of("GET /health/live HTTP/1.1\r\nHost: x\r\n" + "X-Many: a\r\n".repeat(200) + "\r\n", 431));
    }

    @ParameterizedTest
    @MethodSource("broken")
    void what_cannot_be_parsed_gets_one_answer_and_no_second_request(String request, int status) throws IOException {
        try (Wire wire = Wire.to(origin)) {
            wire.send(request + JUST_ASK);
            assertThat(refused(wire.answer()).status()).isEqualTo(status);
            assertThat(isOver(wire)).isTrue();
        }
    }

    /** The server does not read what else the client said; some kernels then say so in place of the end. */
    private static boolean isOver(Wire wire) {
        try {
            return wire.isOver();
        } catch (IOException reset) {
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /v1/%zz",
                "GET /v1/%",
                "GET /v1/%00",
                "GET /v1/jobs%00/x",
                "GET /v1/%0d%0aX:y",
                "GET /..%2f..%2fetc/passwd",
                "GET /%2e%2e/%2e%2e/etc/passwd",
                "GET /../../etc/passwd",
                "GET /v1/%2e%2e/%2e%2e/keys",
                "GET /v1\\jobs",
                "GET /v1/%5c",
                "GET *",
                "GET jobs"
            })
    void a_path_that_nobody_serves_is_refused_once(String line) throws IOException {
        assertThat(refusedOnce(line).status()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /WEB-INF/x",
                "GET /web-inf/web.xml",
                "GET /WEB-INF",
                "GET /WEB-INF;a=b/web.xml",
                "GET /META-INF/MANIFEST.MF",
                "GET //WEB-INF/web.xml",
                "GET /no/such/thing.jsp"
            })
    void the_insides_of_the_archive_are_not_there(String line) throws IOException {
        assertThat(refusedOnce(line).status()).isEqualTo(404);
    }

    @Test
    void a_refused_head_request_has_no_body() throws IOException {
        try (Wire wire = Wire.to(origin)) {
            wire.send("HEAD /META-INF/x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(new String(wire.rest(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 404")
                    .endsWith("\r\n\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"TRACE /health/live", "TRACE /v1/jobs", "BREW /health/live", "DELETE /health/live", "CONNECT x:1"
            })
    void a_method_that_nobody_takes_is_refused_once(String line) throws IOException {
        assertThat(refusedOnce(line).status()).isIn(405, 501);
    }

    @Test
    void an_expectation_that_cannot_be_met_is_refused() throws IOException {
        try (Wire wire = Wire.to(origin)) {
            wire.send(POST + "Expect: a-miracle\r\nContent-Length: 2\r\n\r\n");
            assertThat(refused(wire.answer()).status()).isEqualTo(417);
        }
    }

    @Test
    void a_body_that_breaks_off_its_encoding_is_refused_once() throws IOException {
        try (Wire wire = Wire.to(origin)) {
            wire.send(POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n");
            assertThat(refused(wire.answer()).status()).isBetween(400, 499);
            assertThat(isOver(wire)).isTrue();
        }
    }

    @Test
    void a_body_that_comes_byte_by_byte_is_refused() throws Exception {
        String key = SharedServer.operator().tenant("drip").buyer().key();
        try (Wire wire = Wire.to(origin)) {
            wire.send(POST + "Authorization: Bearer " + key + "\r\nContent-Length: 900\r\n\r\n{");
            Thread sender = Thread.ofVirtual().start(() -> drip(wire));
            Refused.with(wire.answer(), 400, "MALFORMED_REQUEST");
            assertThat(isOver(wire)).isTrue();
            sender.join();
        }
    }

    @Test
    void a_head_that_comes_byte_by_byte_is_cut_off_with_a_reason() throws Exception {
        try (Wire wire = Wire.to(origin)) {
            wire.send("GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ");
            Thread sender = Thread.ofVirtual().start(() -> drip(wire));
            Answer answer = refused(wire.answer());
            assertThat(answer.status()).isEqualTo(408);
            assertThat(isOver(wire)).isTrue();
            sender.join();
        }
    }

    /** A byte now and then, far more often than any pause is too long. */
    private static void drip(Wire wire) {
        long until = System.nanoTime() + PATIENCE.toNanos();
        try {
            while (System.nanoTime() < until) {
                wire.send("a");
                Thread.sleep(500);
            }
        } catch (IOException closed) {
            // which is what it is about
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** After it the connection ends, or goes on with the answer to the next request and nothing between. */
    private static Answer refusedOnce(String line) throws IOException {
        try (Wire wire = Wire.to(origin)) {
            wire.send(line + " HTTP/1.1\r\nHost: x\r\n\r\n" + JUST_ASK);
            Answer answer = refused(wire.answer());
            if (answer.headers()
                    .firstValue("Connection")
                    .filter("close"::equals)
                    .isEmpty()) {
                wire.answer().expect(200);
            }
            assertThat(isOver(wire)).isTrue();
            return answer;
        }
    }

    private static Answer refused(Answer answer) {
        Refused.envelope(answer);
        return answer;
    }
}
