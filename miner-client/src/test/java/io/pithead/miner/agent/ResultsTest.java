package io.pithead.miner.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.hardware.EnergyMeter;
import io.pithead.miner.workload.ChildJob;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultsTest {
    @TempDir
    private Path temp;

    private Outputs outputs(byte[] bytes) throws IOException {
        return Outputs.of(Files.write(temp.resolve("out.txt"), bytes), "out.txt");
    }

    @Test
    void a_small_text_goes_inline_with_its_digest() throws IOException {
        byte[] bytes = "grüße\n".getBytes(StandardCharsets.UTF_8);
        Outputs outputs = outputs(bytes);
        assertThat(outputs.inline()).isEqualTo("grüße\n");
        assertThat(outputs.sha256()).isEqualTo(Digests.sha256Hex(bytes));
        assertThat(outputs.artifact()).isNull();
        assertThat(outputs(new byte[0]).inline()).isEmpty();
    }

    @Test
    void large_or_binary_or_much_escaped_outputs_become_artifacts() throws IOException {
        byte[] exactly = "x".repeat(Outputs.MAX_INLINE_BYTES).getBytes(StandardCharsets.UTF_8);
        assertThat(outputs(exactly).inline()).isNotNull();
        byte[] longer = "x".repeat(Outputs.MAX_INLINE_BYTES + 1).getBytes(StandardCharsets.UTF_8);
        byte[] binary = {(byte) 0xff, 0};
        byte[] escaped = "\u0001".repeat(200_000).getBytes(StandardCharsets.UTF_8);
        for (byte[] bytes : new byte[][] {longer, binary, escaped}) {
            Outputs outputs = outputs(bytes);
            assertThat(outputs.inline()).isNull();
            assertThat(outputs.artifact()).isNotNull().satisfies(artifact -> {
                assertThat(artifact.sha256()).isEqualTo(Digests.sha256Hex(bytes));
                assertThat(artifact.size()).isEqualTo(bytes.length);
            });
        }
    }

    private static ChildProcess.Ended ended(Map<String, JsonNode> metrics) {
        var result = new ChildJob.Result(metrics, 1.5, 80.0, null);
        return new ChildProcess.Ended(
                Optional.empty(), Optional.of(result), 0, Duration.ofMillis(2_500), 90, 1_200, "");
    }

    @Test
    void metrics_take_the_larger_of_what_the_child_and_the_watch_saw() {
        var metrics = Metrics.of(ended(Map.of()), Optional.empty());
        assertThat(metrics.get("cpu_s")).hasToString("1.5");
        assertThat(metrics.get("peak_rss_mb")).hasToString("90");
        assertThat(metrics.get("wall_s")).hasToString("2.5");
    }

    @Test
    void energy_gives_work_per_kilojoule_and_is_absent_when_it_was_not_measured() {
        var child = ended(Map.of("work", Json.toTree(500), "work_unit", Json.toTree("hash")));
        assertThat(Metrics.of(child, Optional.empty())).doesNotContainKeys("energy_j", "energy_source", "work_per_kj");
        var measured = Metrics.of(child, Optional.of(new EnergyMeter.Energy(250, "rapl")));
        assertThat(Json.text(measured))
                .contains("\"energy_j\":250,", "\"work_per_kj\":2000", "\"energy_source\":\"rapl\"");
    }

    @Test
    void figures_that_the_coordinator_would_refuse_are_left_out() {
        var metrics = Metrics.of(
                ended(Map.of(
                        "negative", Json.toTree(-1),
                        "list", Json.toTree(new int[] {1}),
                        "long", Json.toTree("x".repeat(201)),
                        "good", Json.toTree("cpu"))),
                Optional.empty());
        assertThat(metrics).containsKey("good").doesNotContainKeys("negative", "list", "long");
    }

    @Test
    void receipts_are_kept_by_job_and_the_oldest_go() throws IOException {
        for (int i = 0; i < 15; i++) {
            Files.createFile(temp.resolve("01890000-0000-7000-8000-%012d.json".formatted(i)));
        }
        var receipts = new Receipts(temp, 10);
        assertThat(temp.toFile().list()).hasSize(10);
        assertThat(temp.resolve("01890000-0000-7000-8000-000000000004.json")).doesNotExist();
        assertThat(temp.resolve("01890000-0000-7000-8000-000000000005.json")).exists();
        var job = UUID.fromString("01990000-0000-7000-8000-000000000001");
        receipts.keep(new Attempt(job, 1), Json.toTree(Map.of("receipt", Map.of("price", "1"))));
        assertThat(temp.resolve(job + ".json")).hasContent("{\"price\":\"1\"}");
        receipts.keep(new Attempt(job, 2), Json.toTree(Map.of("receipt", "none")));
        assertThat(temp.resolve(job + ".json")).hasContent("{\"price\":\"1\"}");
    }
}
