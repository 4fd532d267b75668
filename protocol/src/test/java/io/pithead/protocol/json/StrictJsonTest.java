package io.pithead.protocol.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.job.Proof;
import io.pithead.protocol.job.ProofBatchRequest;
import io.pithead.protocol.log.LogAnswer;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.task.TaskRequest;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No value is guessed from another kind of value, and each one that is wrong is named. */
class StrictJsonTest {
    private static final String ID = "0198f3a0-1111-7000-8000-000000000001";
    private static final String WHOLE = "must be a whole number";
    private static final String TEXT = "must be a string";

    private static <T> T read(String body, Class<T> type) throws InvalidPayloadException {
        return Json.read(body.getBytes(StandardCharsets.UTF_8), type);
    }

    /** Both readers take values by the same rules. */
    private static void assertRefused(Class<?> type, String body, String pointer, String problem) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        for (var refusal : new InvalidPayloadException[] {
            catchThrowableOfType(InvalidPayloadException.class, () -> Json.read(bytes, type)),
            catchThrowableOfType(InvalidPayloadException.class, () -> Json.readLenient(bytes, type))
        }) {
            assertThat(refusal).as(body).isNotNull();
            assertThat(refusal.isJson()).as(body).isTrue();
            assertThat(refusal.problems()).as(body).isEqualTo(Map.of(pointer, problem));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "concurrency|\"4\"|" + WHOLE,
                "concurrency|\"\"|" + WHOLE,
                "concurrency|4.0|" + WHOLE,
                "concurrency|4.5|" + WHOLE,
                "concurrency|4e0|" + WHOLE,
                "concurrency|true|" + WHOLE,
                "concurrency|[4]|" + WHOLE,
                "concurrency|{}|" + WHOLE,
                "concurrency|99999999999|is too large or too small a number",
                "concurrency|-99999999999999999999999|is too large or too small a number",
                "region|5|" + TEXT,
                "region|5.5|" + TEXT,
                "region|true|" + TEXT,
                "region|[\"eu\"]|" + TEXT,
                "region|{}|" + TEXT,
                "mode|1|must be one of [\"gpu\",\"cpu\"]",
                "mode|\"1\"|must be one of [\"gpu\",\"cpu\"]",
                "mode|\"CPU\"|must be one of [\"gpu\",\"cpu\"]",
                "mode|\"\"|must be one of [\"gpu\",\"cpu\"]",
                "mode|true|must be one of [\"gpu\",\"cpu\"]",
                "mode|[\"cpu\"]|must be one of [\"gpu\",\"cpu\"]",
                "renews|1|must be true or false",
                "renews|\"true\"|must be true or false",
                "renews|\"\"|must be true or false",
                "gpu|2|must be true or false",
                "gpu|-1|must be true or false",
                "gpu|1.0|must be true or false",
                "gpu|\"1\"|must be true or false",
                "gpu|\"true\"|must be true or false",
                "gpu|[true]|must be true or false",
                "workloads|\"a\"|must be an array",
                "workloads|\"\"|must be an array",
                "workloads|{}|must be an array",
                "hardware|\"\"|must be an object",
                "hardware|[]|must be an object",
                "hardware|7|must be an object",
            })
    void a_value_of_another_kind_is_refused(String member, String value, String problem) {
        String mode = member.equals("mode") ? "" : "\"mode\":\"cpu\",";
        assertRefused(
                MinerCapabilities.class,
                "{\"miner_id\":\"a\"," + mode + "\"" + member + "\":" + value + "}",
                "/" + member,
                problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "workloads|[\"a\",5]|/workloads/1|" + TEXT,
                "models|[true]|/models/0|" + TEXT,
                "modules|[[\"a\"]]|/modules/0|" + TEXT,
                "workloads|[\"a\",null]|/workloads/1|must not be null"
            })
    void an_item_of_another_kind_is_named_by_its_place(String member, String value, String pointer, String problem) {
        assertRefused(
                MinerCapabilities.class,
                "{\"miner_id\":\"a\",\"mode\":\"cpu\",\"" + member + "\":" + value + "}",
                pointer,
                problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1767225600",
                "1767225600.5",
                "\"1767225600\"",
                "\"\"",
                "\" \"",
                "\"2026-01-01\"",
                "\"2026-01-01T00:00:00\"",
                "\"2026-02-30T00:00:00Z\"",
                "true",
                "[2026,1,1]",
                "{}"
            })
    void a_time_is_a_text_in_one_form(String value) {
        assertRefused(
                JobRequest.class,
                "{\"workload\":\"a\",\"deadline\":" + value + "}",
                "/deadline",
                "must be an ISO-8601 UTC time ending in Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "7",
                "\"\"",
                "\" " + ID + "\"",
                "\"0198f3a011117000800000000000000001\"",
                "\"AZjzoBERcACAAAAAAAAAAQ==\"",
                "\"{" + ID + "}\"",
                "true",
                "[\"" + ID + "\"]",
                "{}"
            })
    void an_id_is_a_text_in_one_form(String value) {
        assertRefused(
                Proof.class,
                "{\"id\":" + value + ",\"output_sha\":\"" + "0".repeat(64) + "\"}",
                "/id",
                "must be a UUID");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "env_vars|{\"A\":1}|/env_vars/A|" + TEXT,
                "env_vars|{\"A\":true}|/env_vars/A|" + TEXT,
                "env_vars|[]|/env_vars|must be an object",
                "env_vars|\"\"|/env_vars|must be an object",
                "storage_config|\"x\"|/storage_config|must be an object",
                "metadata|\"x\"|/metadata|must be an object",
                "resources|{\"cpus\":\"2\"}|/resources/cpus|must be a number",
                "resources|{\"cpus\":true}|/resources/cpus|must be a number",
                "resources|{\"cpus\":\"NaN\"}|/resources/cpus|must be a number",
                "ports|[null]|/ports/0|must not be null",
                "ports|[{\"container_port\":80.0}]|/ports/0/container_port|" + WHOLE,
                "cmd|\"sleep 1\"|/cmd|must be an array",
                "restart|{\"policy\":0}|/restart/policy|must be one of [\"never\",\"on-failure\",\"always\"]",
            })
    void a_member_deep_inside_is_named_by_its_pointer(String member, String value, String pointer, String problem) {
        assertRefused(
                TaskRequest.class,
                "{\"name\":\"a\",\"image\":\"b\",\"" + member + "\":" + value + "}",
                pointer,
                problem);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {"{}|" + WHOLE, "{\"next_offset\":null}|" + WHOLE, "{\"next_offset\":\"1\"}|" + WHOLE})
    void a_number_that_must_be_there_is_never_taken_for_zero(String body, String problem) {
        assertRefused(LogAnswer.class, body, "/next_offset", problem);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "{",
                "{\"miner_id\":\"a\"}}",
                "{\"miner_id\":\"a\"} {}",
                "{\"miner_id\":\"a\"}1",
                "{\"miner_id\":\"a\",}",
                "{\"miner_id\":\"a\",\"miner_id\":\"a\"}",
                "{\"miner_id\":\"a\",\"hardware\":{\"os\":\"x\",\"os\":\"y\"}}",
                "{\"miner_id\":\"a\",\"load\":NaN}",
                "{\"miner_id\":\"a\",\"load\":-Infinity}",
                "{\"miner_id\":\"a\",\"load\":01}",
                "{\"miner_id\":\"a\",\"load\":+1}",
                "{\"miner_id\":\"a\",\"load\":.5}",
                "{\"miner_id\":\"a\",\"load\":0x1}",
                "{\"miner_id\":'a'}",
                "{miner_id:\"a\"}",
                "{\"miner_id\":\"a\"/* b */}",
                "{\"miner_id\":\"a\tb\"}",
                "{\"miner_id\":\"\\x\"}"
            })
    void what_is_not_json_is_told_apart_from_json_that_is_wrong(String body) {
        for (Class<?> type : new Class<?>[] {Heartbeat.class, JsonNode.class}) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> Json.read(bytes, type))
                    .isInstanceOfSatisfying(
                            InvalidPayloadException.class,
                            e -> assertThat(e.isJson()).as(body).isFalse());
            assertThatThrownBy(() -> Json.readLenient(bytes, type))
                    .isInstanceOfSatisfying(
                            InvalidPayloadException.class,
                            e -> assertThat(e.isJson()).as(body).isFalse());
        }
    }

    @Test
    void depth_and_the_length_of_numbers_are_bounded() {
        String deep = "{\"a\":".repeat(Json.MAX_DEPTH) + "1" + "}".repeat(Json.MAX_DEPTH);
        assertThat(catchThrowableOfType(InvalidPayloadException.class, () -> read(deep, JsonNode.class)))
                .isNull();
        assertThat(catchThrowableOfType(
                                InvalidPayloadException.class, () -> read("{\"a\":" + deep + "}", JsonNode.class))
                        .isJson())
                .isFalse();
        assertThat(catchThrowableOfType(
                                InvalidPayloadException.class,
                                () -> read("{\"a\":" + "9".repeat(101) + "}", JsonNode.class))
                        .isJson())
                .isFalse();
    }

    @Test
    void every_wrong_member_of_a_record_is_named_at_once() {
        assertThatThrownBy(() ->
                        read("{\"miner_id\":\"../a\",\"concurrency\":0,\"cuda\":\"new\"}", MinerCapabilities.class))
                .isInstanceOfSatisfying(
                        InvalidPayloadException.class,
                        e -> assertThat(e.problems()).containsOnlyKeys("/miner_id", "/mode", "/concurrency", "/cuda"));
    }

    @Test
    void what_the_guides_script_and_the_later_surface_send_is_read() throws Exception {
        for (String gpu : new String[] {"1", "true"}) {
            Heartbeat beat =
                    read("{\"miner_id\":\"a\",\"wallet\":\"w\",\"mode\":\"gpu\",\"gpu\":" + gpu + "}", Heartbeat.class);
            assertThat(beat.gpu()).isTrue();
            assertThat(beat.mode()).isEqualTo(Mode.GPU);
        }
        for (String gpu : new String[] {"0", "false"}) {
            assertThat(read("{\"miner_id\":\"a\",\"gpu\":" + gpu + "}", Heartbeat.class)
                            .gpu())
                    .isFalse();
        }
        Proof proof = read(
                "{\"id\":\"" + ID + "\",\"mode\":\"cpu\",\"output_sha\":\"" + "0".repeat(64) + "\",\"metrics\":{}}",
                Proof.class);
        assertThat(proof.id()).isEqualTo(UUID.fromString(ID));
        assertThat(proof.lease()).isNull();
        assertThat(read("{\"miner_id\":\"a\",\"metrics\":{\"gpu_temp\":null},\"load\":1}", Heartbeat.class)
                        .load())
                .isEqualTo(BigDecimal.ONE);
    }

    @Test
    void a_wrong_item_of_a_batch_does_not_spoil_the_others() throws Exception {
        assertThat(read("{\"proofs\":[null,7,{}]}", ProofBatchRequest.class).proofs())
                .hasSize(3);
    }

    @Test
    void times_and_ids_are_read_as_they_are_written() throws Exception {
        JobRequest request =
                read("{\"workload\":\"a\",\"deadline\":\"2026-01-01T00:00:00.123456Z\"}", JobRequest.class);
        assertThat(request.deadline()).isEqualTo(Instant.parse("2026-01-01T00:00:00.123456Z"));
        assertThat(Json.text(request)).contains("\"deadline\":\"2026-01-01T00:00:00.123456Z\"");
    }

    @Test
    void a_name_with_the_signs_of_a_pointer_is_escaped() {
        assertThat(catchThrowableOfType(
                                InvalidPayloadException.class,
                                () -> read("{\"miner_id\":\"a\",\"a/b~c\":1}", Heartbeat.class))
                        .problems())
                .containsOnlyKeys("/a~1b~0c");
        String proof = "{\"id\":\"" + ID + "\",\"mode\":\"cpu\",\"output_sha\":\"" + "0".repeat(64)
                + "\",\"metrics\":{\"a/b~c\":-1}}";
        assertThat(catchThrowableOfType(InvalidPayloadException.class, () -> read(proof, Proof.class))
                        .problems())
                .containsOnlyKeys("/metrics/a~1b~0c");
    }
}
