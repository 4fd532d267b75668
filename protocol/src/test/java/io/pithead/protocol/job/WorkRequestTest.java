package io.pithead.protocol.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class WorkRequestTest {
    private static JsonNode json(String text) {
        return Json.own(text, JsonNode.class);
    }

    private static WorkRequest of(String params) {
        return WorkRequest.of("sha256_chain", json(params), null);
    }

    @Test
    void its_text_is_the_same_whatever_order_it_came_in() {
        assertThat(of("{\"seed\":\"pit\",\"length\":3}").text())
                .isEqualTo("{\"params\":{\"length\":3,\"seed\":\"pit\"},\"workload\":\"sha256_chain\"}");
        // sha256sum of that line
        assertThat(of("{\"length\":3,\"seed\":\"pit\"}").sha())
                .contains("b40986353fd608926a1f56e7048b44c4e408d2ba72cc8718b15f2087cb4f2458");
    }

    @Test
    void what_a_miner_is_given_and_what_a_validator_is_given_have_one_digest() {
        JsonNode params = json("{\"b\":[0.5,1e-7,-3,9007199254740991],\"a\":{\"text\":\"\\u00e9\\n\",\"none\":null}}");
        WorkRequest stored = of(Json.text(params));
        WorkRequest again = of(Json.text(json(Json.text(params))));

        assertThat(stored.sha()).isPresent().isEqualTo(again.sha());
        assertThat(stored.sha()).contains(WorkRequest.digest(stored.text()));
        assertThat(json(stored.text()).get("params")).isEqualTo(params);
    }

    @ParameterizedTest
    @CsvSource({"'{\"n\":1}','{\"n\":2}'", "'{\"n\":1}','{\"m\":1}'", "'{\"n\":1}','{\"n\":\"1\"}'", "'[]','{}'"})
    void another_request_has_another_digest(String one, String other) {
        assertThat(of(one).sha()).isNotEqualTo(of(other).sha());
        assertThat(of(one).sha())
                .isNotEqualTo(WorkRequest.of("other", json(one), null).sha())
                .isNotEqualTo(WorkRequest.of("sha256_chain", null, json(one)).sha());
    }

    /** A canonical form that says another thing than was asked would have a validator do another job than the miner did. */
    @ParameterizedTest
    @ValueSource(
            strings = {"{\"n\":1e400}", "{\"n\":9007199254740993}", "{\"n\":1e2}", "{\"n\":0.1000000000000000000001}"})
    void what_the_canonical_form_would_change_stays_as_it_is_and_has_no_digest(String params) {
        WorkRequest request = of(params);

        assertThat(request.sha()).isEmpty();
        assertThat(json(request.text()).get("params")).isEqualTo(json(params));
    }

    @Test
    void a_job_of_its_workload_alone_is_one_too() {
        assertThat(WorkRequest.of("w", null, null).text()).isEqualTo("{\"workload\":\"w\"}");
        assertThat(WorkRequest.of("w", null, null).sha()).isPresent();
    }
}
