package io.pithead.miner.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.miner.agent.Capabilities;
import io.pithead.miner.agent.WorkDir;
import io.pithead.miner.config.ConfigReader;
import io.pithead.miner.config.Key;
import io.pithead.miner.config.MinerConfig;
import io.pithead.miner.config.Settings;
import io.pithead.miner.container.Labels;
import io.pithead.miner.hardware.Inventory;
import io.pithead.miner.hardware.NvidiaSmi;
import io.pithead.miner.testing.ContainerScene;
import io.pithead.miner.testing.Specs;
import io.pithead.miner.testing.TestCoordinator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The lines of {@code check} about containers, with a real engine and without. */
class ContainerCheckIT extends ContainerScene {
    private List<CheckLine> look(Map<Key, String> more, Inventory inventory) throws Exception {
        var settings = new EnumMap<Key, String>(settings(more));
        settings.put(Key.COORD_URL, coordinator.url().toString());
        settings.put(Key.API_KEY, TestCoordinator.KEY);
        settings.put(Key.WORK_DIR, workDir.toString());
        var gathered = Settings.gather(settings, Map.of(), Optional.of(Path.of("/dev/null")), "host");
        MinerConfig config = new ConfigReader(gathered, temp).miner();
        try (WorkDir dir = WorkDir.open(workDir);
                var engines = new Engines(config.containers())) {
            return new ContainerChecks(config, new Capabilities(config, inventory), dir).look(engines.engine());
        }
    }

    private List<CheckLine> look(Map<Key, String> more) throws Exception {
        return look(more, Inventory.read(new NvidiaSmi("/nonexistent/nvidia-smi")));
    }

    private static CheckLine line(List<CheckLine> lines, String check) {
        return lines.stream()
                .filter(line -> line.check().equals(check))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no line " + check + " in " + lines));
    }

    @Test
    void an_engine_is_looked_at_and_a_container_is_really_run() throws Exception {
        List<CheckLine> lines = look(Map.of());
        assertThat(line(lines, "engine").detail()).contains("version ", engine.host());
        assertThat(line(lines, "container")).isEqualTo(CheckLine.ok("container", "a container ran with its limits"));
        CheckLine challenge = line(lines, "container challenge");
        assertThat(challenge.result()).as(challenge.detail()).isEqualTo(CheckLine.Result.OK);
        assertThat(challenge.figures()).containsKey("seconds_of_container");
        assertThat(line(lines, "storage driver").detail()).isNotBlank();
        assertThat(line(lines, "cgroups").detail()).contains("version ");
        assertThat(line(lines, "image disk").detail()).contains("MiB free");
        assertThat(line(lines, "container GPUs").detail()).startsWith("none");
        assertThat(line(lines, "container policy").detail())
                .contains("root image", "ports denied", "at most 1 processors, 256 MiB memory", "GPUs none");
        assertThat(docker("ps", "-aq")).isEmpty();
    }

    @Test
    void what_a_running_miner_still_waits_for_is_left_and_what_a_dead_one_left_is_removed() throws Exception {
        String running = probe(Labels.ofProbe(miner(), Instant.now().plusSeconds(60)));
        String stranger = probe(Labels.ofProbe("other@0123456789abcdef", Instant.EPOCH));
        probe(Labels.ofProbe(miner(), Instant.now().minusSeconds(2)));
        probe(Map.of(Labels.PROBE, miner()));

        assertThat(line(look(Map.of()), "container").result()).isEqualTo(CheckLine.Result.OK);

        assertThat(docker("ps", "-aq", "--no-trunc").lines()).containsExactlyInAnyOrder(running, stranger);
    }

    private String miner() {
        return Labels.miner("host", workDir);
    }

    private String probe(Map<String, String> labels) {
        var words = new ArrayList<>(List.of("run", "-d", "--network=none"));
        labels.forEach((key, value) -> words.add("--label=" + key + "=" + value));
        words.addAll(List.of(Specs.BASE, "sleep", "100"));
        return docker(words.toArray(String[]::new));
    }

    @Test
    void an_engine_that_is_not_there_only_warns_and_says_what_to_do() throws Exception {
        List<CheckLine> lines = look(Map.of(Key.DOCKER_HOST, "unix://" + temp.resolve("nobody.sock")));
        assertThat(lines).singleElement().satisfies(line -> {
            assertThat(line.result()).isEqualTo(CheckLine.Result.WARN);
            assertThat(line.fix()).contains("docker.io", "CONTAINERS=off");
        });
        assertThat(look(Map.of(Key.CONTAINERS, "off")))
                .singleElement()
                .satisfies(line -> assertThat(line.detail()).startsWith("off"));
    }

    @Test
    void a_gpu_that_the_engine_does_not_pass_on_is_said_so() throws Exception {
        Path smi = temp.resolve("nvidia-smi");
        Files.writeString(smi, "#!/bin/sh\necho '0, GPU-1234, Test, 24000, 550.1'\n");
        assertThat(smi.toFile().setExecutable(true)).isTrue();
        Inventory inventory = Inventory.read(new NvidiaSmi(smi.toString()));
        CheckLine line = line(look(Map.of(), inventory), "container GPUs");
        assertThat(line.result()).isEqualTo(CheckLine.Result.WARN);
        assertThat(line.detail()).contains("no runtime for NVIDIA GPUs");
        assertThat(line.fix()).contains("nvidia-container-toolkit");
        assertThat(line(look(Map.of(Key.CONTAINER_GPUS, "none"), inventory), "container GPUs")
                        .result())
                .isEqualTo(CheckLine.Result.OK);
    }
}
