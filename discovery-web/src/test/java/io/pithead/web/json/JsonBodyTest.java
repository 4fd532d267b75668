package io.pithead.web.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.protocol.wallet.DepositRequest;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.MultivaluedHashMap;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.annotation.Annotation;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonBodyTest {
    private static final Annotation[] NONE = {};
    private final JsonBody json = new JsonBody();

    @SuppressWarnings("unused")
    private static void takes(@Lenient DepositRequest body) {}

    @Test
    void a_record_is_read_and_its_unknown_members_are_named() throws IOException {
        assertThat(read("{\"amount\":\"1.5\"}", NONE)).isEqualTo(new DepositRequest("1.5", null));
        assertThatThrownBy(() -> read("{\"amount\":\"1.5\",\"more\":1}", NONE))
                .isInstanceOfSatisfying(InvalidBodyException.class, e -> {
                    assertThat(e.payload().isJson()).isTrue();
                    assertThat(e.payload().problems()).containsOnlyKeys("/more");
                });
    }

    @Test
    void a_lenient_parameter_passes_over_unknown_members() throws Exception {
        Annotation[] lenient = JsonBodyTest.class.getDeclaredMethod("takes", DepositRequest.class)
                .getParameterAnnotations()[0];

        assertThat(read("{\"amount\":\"1.5\",\"more\":1}", lenient)).isEqualTo(new DepositRequest("1.5", null));
    }

    @Test
    void what_is_not_json_is_told_apart() {
        assertThatThrownBy(() -> read("{", NONE))
                .isInstanceOfSatisfying(
                        InvalidBodyException.class,
                        e -> assertThat(e.payload().isJson()).isFalse());
    }

    @Test
    void an_answer_is_written_as_it_is_read() throws IOException {
        var out = new ByteArrayOutputStream();
        json.writeTo(
                Map.of("n", 1),
                Map.class,
                Map.class,
                NONE,
                MediaType.APPLICATION_JSON_TYPE,
                new MultivaluedHashMap<>(),
                out);
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("{\"n\":1}");
    }

    @Test
    void raw_bytes_text_and_streams_are_left_to_others() {
        for (Class<?> type : new Class<?>[] {byte[].class, String.class, InputStream.class}) {
            assertThat(json.isReadable(type, type, NONE, MediaType.APPLICATION_JSON_TYPE))
                    .isFalse();
            assertThat(json.isWriteable(type, type, NONE, MediaType.APPLICATION_JSON_TYPE))
                    .isFalse();
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private Object read(String body, Annotation[] annotations) throws IOException {
        return json.readFrom(
                (Class) DepositRequest.class,
                DepositRequest.class,
                annotations,
                MediaType.APPLICATION_JSON_TYPE,
                new MultivaluedHashMap<>(),
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }
}
