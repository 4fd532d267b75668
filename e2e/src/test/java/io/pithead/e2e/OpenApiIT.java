package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The description says what every answer looks like, down to the last member. */
@ExtendWith(SharedServer.class)
class OpenApiIT {
    private static final String REFERENCE = "#/components/schemas/";
    private static final List<String> SAYING = List.of("type", "oneOf", "enum", "description");

    private static JsonNode document;

    private final List<String> wrong = new ArrayList<>();
    private final Set<String> walked = new HashSet<>();

    @BeforeAll
    static void read() {
        document = Api.open(SharedServer.pithead().http())
                .send("GET", "/openapi", new byte[0], "Accept", "application/json")
                .expect(200)
                .body();
    }

    @Test
    void every_answer_that_is_well_has_a_schema_that_says_something() {
        int answers = 0;
        for (var path : document.get("paths").properties()) {
            for (var operation : path.getValue().properties()) {
                String name = operation.getKey() + " " + path.getKey();
                int found = 0;
                for (var response : operation.getValue().path("responses").properties()) {
                    if (response.getKey().startsWith("2")) {
                        found++;
                        answers += json(name + " " + response.getKey(), response.getValue());
                    }
                }
                if (found == 0) {
                    wrong.add(name + ": no answer");
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(answers).isGreaterThan(60);
    }

    @Test
    void lists_say_what_they_list() {
        assertThat(document.at("/components/schemas/PageOfJobView/properties/items/items/$ref")
                        .asText())
                .isEqualTo(REFERENCE + "JobView");
        assertThat(document.at("/paths/~1v1~1jobs/get/responses/200/content/application~1json/schema/$ref")
                        .asText())
                .isEqualTo(REFERENCE + "PageOfJobView");
        assertThat(document.at("/components/schemas").has("Page")).isFalse();
    }

    @Test
    void what_is_made_and_what_was_there_are_told_apart() {
        JsonNode register = document.at("/paths/~1v1~1miner~1register/post/responses");
        assertThat(register.has("200")).isTrue();
        assertThat(register.has("201")).isTrue();
        assertThat(document.at("/paths/~1v1~1jobs/post/responses").has("201")).isTrue();
    }

    private int json(String name, JsonNode response) {
        JsonNode schema = response.at("/content/application~1json/schema");
        if (schema.isMissingNode()) {
            return 0;
        }
        if (schema.has("description")) {
            wrong.add(name + ": anything");
        }
        walk(name, schema);
        return 1;
    }

    private void walk(String name, JsonNode schema) {
        if (schema.has("$ref")) {
            String target = schema.get("$ref").asText().substring(REFERENCE.length());
            JsonNode known = document.at("/components/schemas").path(target);
            if (known.isMissingNode()) {
                wrong.add(name + ": there is no " + target);
            } else if (walked.add(target)) {
                walk(name + " " + target, known);
            }
            return;
        }
        if (SAYING.stream().noneMatch(schema::has)) {
            wrong.add(name + ": says nothing");
        }
        String type = schema.path("type").asText();
        if (type.equals("object")
                && schema.path("properties").isEmpty()
                && schema.path("additionalProperties").isEmpty()) {
            wrong.add(name + ": an empty object");
        }
        if (type.equals("array") && !schema.has("items")) {
            wrong.add(name + ": a list of nothing");
        }
        schema.path("properties").properties().forEach(member -> walk(name + "." + member.getKey(), member.getValue()));
        schema.path("oneOf").forEach(choice -> walk(name, choice));
        if (schema.has("items")) {
            walk(name + "[]", schema.get("items"));
        }
        if (schema.path("additionalProperties").isObject()) {
            walk(name + "{}", schema.get("additionalProperties"));
        }
    }
}
