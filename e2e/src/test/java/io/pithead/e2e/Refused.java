package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.e2e.Api.Answer;
import io.pithead.protocol.error.ErrorCode;

/** What every refusal looks like. */
final class Refused {
    private Refused() {}

    static Answer with(Answer answer, int status, String code) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(status);
        assertThat(envelope(answer).get("code").asText()).as(answer.text()).isEqualTo(code);
        return answer;
    }

    /** The fault is the caller's, and it is told so in the envelope. */
    static Answer somehow(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isBetween(400, 499);
        envelope(answer);
        return answer;
    }

    /** A member of the body is named as the one that is wrong. */
    static void naming(Answer answer, String pointer) {
        with(answer, 422, "INVALID_PAYLOAD");
        assertThat(answer.body().at("/error/details").has(pointer))
                .as(pointer + " in " + answer.text())
                .isTrue();
    }

    /** @return the member {@code error} */
    static JsonNode envelope(Answer answer) {
        JsonNode error = answer.body().path("error");
        ErrorCode.valueOf(error.path("code").asText());
        assertThat(error.path("message").asText())
                .as(answer.text())
                .isNotBlank()
                .doesNotContain("Exception");
        assertThat(error.path("details").isObject()).as(answer.text()).isTrue();
        assertThat(answer.headers().firstValue("Content-Type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("application/json"));
        assertThat(answer.headers().firstValue("X-Request-Id"))
                .as("X-Request-Id of " + answer.text())
                .isPresent();
        return error;
    }
}
