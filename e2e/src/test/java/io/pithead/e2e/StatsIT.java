package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.e2e.Api.Answer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** How it was over time, asked with an admin key. */
@ExtendWith(SharedServer.class)
class StatsIT {
    private static final String HISTORY = "/v1/admin/stats/history";

    private final Api api = SharedServer.operator().api();

    @Test
    void the_last_day_by_minutes_is_what_nobody_asked_otherwise() {
        JsonNode history = api.get(HISTORY).expect(200).body();

        assertThat(history.get("step").asText()).isEqualTo("MINUTE");
        assertThat(history.get("length_s").asInt()).isEqualTo(60);
        assertThat(history.get("points").isArray()).isTrue();
        assertThat(api.get(HISTORY + "?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z")
                        .expect(200)
                        .body()
                        .get("step")
                        .asText())
                .isEqualTo("HOUR");
    }

    @Test
    void it_comes_as_csv_by_either_way() {
        Answer asked = api.get(HISTORY + "?format=csv").expect(200);
        Answer accepted =
                api.send("GET", HISTORY, new byte[0], "Accept", "text/csv").expect(200);

        for (Answer answer : new Answer[] {asked, accepted}) {
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
            assertThat(answer.text()).startsWith("at,submitted,completed,");
        }
    }

    @Test
    void a_time_that_cannot_be_shown_is_named() {
        JsonNode backwards = api.get(HISTORY + "?from=2026-03-02T00:00:00Z&to=2026-03-01T00:00:00Z")
                .expect(422)
                .body();
        assertThat(backwards.toString()).contains("\"from\"");
        JsonNode many = api.get(HISTORY + "?from=2026-01-01T00:00:00Z&to=2026-03-01T00:00:00Z&step=minute")
                .expect(422)
                .body();
        assertThat(many.toString()).contains("\"step\"");
        for (String wrong :
                new String[] {"from=yesterday", "to=%2B1000000-01-01T00:00:00Z", "step=day", "format=xml"}) {
            assertThat(api.get(HISTORY + "?" + wrong).expect(400).body().toString())
                    .contains("\"" + wrong.substring(0, wrong.indexOf('=')) + "\"");
        }
    }
}
