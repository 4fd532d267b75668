package io.pithead.protocol.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContainerMetricsTest {
    private static ContainerMetrics read(String gpus) throws InvalidPayloadException {
        return Json.read(("{\"gpus\":" + gpus + "}").getBytes(StandardCharsets.UTF_8), ContainerMetrics.class);
    }

    private static Map<String, String> problems(String gpus) {
        return catchThrowableOfType(InvalidPayloadException.class, () -> read(gpus))
                .problems();
    }

    @ParameterizedTest
    @CsvSource({
        "utilization_percent, 0, 100, -1, 101",
        "memory_used_mb, 0, 1099511627776, -1, 1099511627777",
        "power_w, 0.0, 100000.0, -0.01, 100000.01",
        "temperature_c, 0, 1000, -1, 1001"
    })
    void a_figure_of_a_gpu_is_taken_within_its_bounds_and_named_beyond(
            String member, String least, String most, String below, String above) throws Exception {
        for (String good : new String[] {least, most}) {
            String one = "[{\"uuid\":\"GPU-a\",\"" + member + "\":" + good + "}]";
            assertThat(Json.text(read(one))).isEqualTo("{\"gpus\":" + one + "}");
        }
        for (String bad : new String[] {below, above}) {
            assertThat(problems("[{\"uuid\":\"GPU-a\",\"" + member + "\":" + bad + "}]"))
                    .containsOnlyKeys("/gpus/0/" + member);
        }
    }

    @Test
    void a_gpu_has_a_name_and_stands_there_once() {
        assertThat(problems("[{}]")).containsOnlyKeys("/gpus/0/uuid");
        assertThat(problems("[{\"uuid\":\"" + "G".repeat(201) + "\"}]")).containsOnlyKeys("/gpus/0/uuid");
        assertThat(problems("[{\"uuid\":\"GPU-a\"},{\"uuid\":\"GPU-b\"},{\"uuid\":\"GPU-a\"}]"))
                .containsOnlyKeys("/gpus");
    }

    @Test
    void a_container_has_as_many_gpus_as_a_task_may_ask_for() throws Exception {
        assertThat(read(gpus(64)).gpus()).hasSize(64);
        assertThat(problems(gpus(65))).containsOnlyKeys("/gpus");
    }

    @Test
    void its_gpus_and_what_it_says_of_itself_stand_beside_each_other() {
        var gpus = List.of(new ContainerMetrics.Gpu("GPU-a", 97, null, null, null));
        var own = Map.of("loss", 0.25);
        assertThat(Json.text(ContainerMetrics.NONE.with(gpus).with(own)))
                .isEqualTo("{\"gpus\":[{\"uuid\":\"GPU-a\",\"utilization_percent\":97}],\"reported\":{\"loss\":0.25}}");
        assertThat(ContainerMetrics.NONE.with(own).with(gpus))
                .isEqualTo(ContainerMetrics.NONE.with(gpus).with(own));
        assertThat(ContainerMetrics.NONE.with(List.of())).isEqualTo(ContainerMetrics.NONE);
    }

    private static String gpus(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> "{\"uuid\":\"GPU-" + i + "\"}")
                .collect(Collectors.joining(",", "[", "]"));
    }
}
