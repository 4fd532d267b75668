package io.pithead.miner.workload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Mode;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class Sha256ChainTest {
    private final StringWriter out = new StringWriter();
    private final ByteArrayOutputStream control = new ByteArrayOutputStream();

    private Task task(Map<String, ?> params) {
        return new Task(
                Json.toTree(params),
                Mode.CPU,
                Path.of("."),
                new PrintWriter(out, true),
                new PrintStream(control, true, StandardCharsets.UTF_8));
    }

    private String chain(String seed, long length) throws Exception {
        out.getBuffer().setLength(0);
        new Sha256Chain().run(task(Map.of("seed", seed, "length", length)));
        return out.toString();
    }

    /** The expected digests were computed by Python's hashlib. */
    @Test
    void the_chain_is_the_one_that_its_definition_gives() throws Exception {
        assertThat(chain("pit", 1))
                .isEqualTo(
                        "sha256_chain length=1 final=b817060d6e1743506b68f4cd19eeadf326f472727b2868af3fd1477705a8dd08\n");
        assertThat(chain("pit", 1_000))
                .isEqualTo(
                        "sha256_chain length=1000 final=642b74c55372d74b4e83a3fb675be16407be9f6cba6dda881d6a127d18ee2a86\n");
        assertThat(chain("Zeche Zollverein \u26cf", 3))
                .isEqualTo(
                        "sha256_chain length=3 final=c3c48d3f43f6939c25206b2b4f47d036c12ef13342d7ed4bfbd4771bb84a5d93\n");
    }

    @Test
    void progress_is_said_once_for_each_percent() throws Exception {
        new Sha256Chain().run(task(Map.of("seed", "", "length", 100_000)));
        assertThat(control.toString(StandardCharsets.UTF_8).lines())
                .hasSize(100)
                .startsWith("percent 1")
                .endsWith("percent 100");
    }

    @Test
    void the_work_done_is_a_metric() throws Exception {
        Task task = task(Map.of("seed", "", "length", 5));
        new Sha256Chain().run(task);
        assertThat(task.metrics())
                .containsEntry("work", Json.toTree(5.0))
                .containsEntry("work_unit", Json.toTree("hash"));
    }

    @Test
    void wrong_parameters_are_named() {
        for (Map<String, ?> wrong : java.util.List.of(
                Map.of("seed", "x"),
                Map.of("seed", "x", "length", 0),
                Map.of("seed", "x", "length", "10"),
                Map.of("seed", "x", "length", 1.5),
                Map.of("length", 1),
                Map.of("seed", "x", "length", 1, "more", 1),
                Map.of("seed", "x".repeat(1_001), "length", 1))) {
            var problem = catchThrowableOfType(WorkloadException.class, () -> new Sha256Chain().run(task(wrong)));
            assertThat(problem.code()).as(wrong.toString()).isEqualTo("INVALID_PARAMS");
            assertThat(problem.isRetryable()).isFalse();
        }
    }

    @Test
    void only_lines_of_the_childs_own_form_are_progress() {
        assertThat(ChildJob.percent("percent 7")).isEqualTo(7);
        for (String line : new String[] {"percent", "percent -1", "percent 1000", "Percent 7", "percent 7 ", ""}) {
            assertThat(ChildJob.percent(line)).isNegative();
        }
    }
}
