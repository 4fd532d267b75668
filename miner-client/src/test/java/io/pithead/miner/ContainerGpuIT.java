package io.pithead.miner;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.miner.config.Key;
import io.pithead.miner.testing.ContainerScene;
import io.pithead.miner.testing.MinerProcess;
import io.pithead.miner.testing.Specs;
import io.pithead.miner.testing.TestCoordinator;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Heartbeat;
import io.pithead.protocol.task.ContainerMetrics;
import io.pithead.protocol.task.ContainerState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A container that has a GPU, as far as that can be had without one: the miner's record says so, and a tool answers for it. */
@SuppressWarnings("try") // an agent works as long as it is open
class ContainerGpuIT extends ContainerScene {
    private static final String UUID_OF_IT = "GPU-a";

    /** A miner that finds the tool first of all where programs are. */
    private MinerProcess miner() throws IOException {
        var environment = new HashMap<String, String>();
        settings(Map.of()).forEach((key, value) -> environment.put(key.name(), value));
        environment.put(Key.COORD_URL.name(), coordinator.url().toString());
        environment.put(Key.API_KEY.name(), TestCoordinator.KEY);
        environment.put(Key.MINER_ID.name(), "test-miner");
        environment.put(Key.WORK_DIR.name(), workDir.toString());
        environment.put(Key.ACCEL_MODE.name(), "cpu");
        environment.put("PATH", temp + ":" + System.getenv("PATH"));
        return MinerProcess.start(temp, environment, "run", "--config=/dev/null");
    }

    private void tool() throws IOException {
        Path tool = Files.writeString(temp.resolve("nvidia-smi"), """
                #!/bin/sh
                cd "${0%/*}"
                if [ -e hold ]; then
                    (echo hung >> hung; while [ -e hold ]; do sleep 0.1; done) &
                    wait
                fi
                case "$1" in *=uuid,utilization.gpu,*) echo "GPU-a, 97, 61440, 412.37, 64";; *) exit 9;; esac
                """);
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
    }

    /** As if it had been made on a machine with that GPU. */
    private void give(UUID job) throws IOException {
        try (Stream<Path> records = Files.list(workDir.resolve("containers"))) {
            Path held = records.filter(file -> file.getFileName().toString().startsWith(job.toString()))
                    .findFirst()
                    .orElseThrow();
            ObjectNode changed = (ObjectNode) Json.own(Files.readString(held), ObjectNode.class);
            changed.putArray("gpus").add(UUID_OF_IT);
            Files.write(held, Json.write(changed));
        }
    }

    private Optional<List<ContainerMetrics.Gpu>> told(UUID job) {
        return coordinator.heartbeats().stream()
                .map(Heartbeat::running)
                .flatMap(running -> running == null ? Stream.of() : running.stream())
                .filter(one -> one.id().equals(job))
                .flatMap(one -> Optional.ofNullable(one.container()).stream())
                .flatMap(metrics -> Optional.ofNullable(metrics.gpus()).stream())
                .findFirst();
    }

    @Test
    void what_its_gpu_does_goes_with_heartbeats_that_a_hanging_tool_does_not_stop() throws Exception {
        tool();
        UUID with;
        UUID without;
        try (var agent = agent()) {
            with = coordinator.submit(Specs.shell("sleep 1000").spec());
            without = coordinator.submit(Specs.shell("sleep 1000").spec());
            report(with, ContainerState.RUNNING);
            report(without, ContainerState.RUNNING);
        }
        give(with);
        try (var miner = miner()) {
            assertThat(coordinator.await("figures of the GPU", () -> told(with)))
                    .containsExactly(new ContainerMetrics.Gpu(UUID_OF_IT, 97, 61_440L, 412.37, 64));
            assertThat(told(without)).isEmpty();
            Path hold = Files.createFile(temp.resolve("hold"));
            coordinator.awaitTrue("a tool that hangs", any -> Files.exists(temp.resolve("hung")));
            int beats = coordinator.heartbeats().size();
            coordinator.awaitTrue("heartbeats", c -> c.heartbeats().size() > beats + 3);
            assertThat(temp.resolve("hung")).hasContent("hung\n");
            Files.delete(hold);
        }
    }
}
