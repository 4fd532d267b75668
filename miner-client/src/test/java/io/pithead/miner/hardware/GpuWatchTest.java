package io.pithead.miner.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.task.ContainerMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GpuWatchTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final ContainerMetrics.Gpu BUSY = new ContainerMetrics.Gpu("GPU-a", 97, 61_440L, 412.37, 64);

    @TempDir
    private Path temp;

    private final AtomicLong nanos = new AtomicLong();
    private Set<String> held = Set.of("GPU-a", "GPU-b");

    /** Notes its arguments; hangs, as something that it started, for as long as the file {@code hold} is there. */
    private GpuWatch watch(Duration limit, String script) throws IOException {
        Path tool = Files.writeString(temp.resolve("nvidia-smi"), """
                #!/bin/sh
                cd "${0%%/*}"
                if [ -e hold ]; then
                    (echo $$ > pid; echo "$*" >> runs; while [ -e hold ]; do sleep 0.05; done) &
                    wait
                    exit 1
                fi
                echo "$*" >> runs
                %s
                """.formatted(script));
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        return new GpuWatch(new NvidiaSmi(tool.toString()), () -> held, limit, nanos::get);
    }

    private GpuWatch watch(String listing) throws IOException {
        return watch(LONG, "cat <<'E'\n" + listing + "\nE");
    }

    private List<String> runs() throws IOException {
        Path runs = temp.resolve("runs");
        return Files.exists(runs) ? Files.readAllLines(runs) : List.of();
    }

    @Test
    void one_call_asks_for_all_and_each_container_is_told_of_its_own() throws Exception {
        var watch = watch("GPU-a, 97, 61440, 412.37, 64\nGPU-b, 0, 1, 55.00, 30\nGPU-c, 50, 2, 60.00, 40");
        watch.look();
        assertThat(watch.of(List.of("GPU-a"))).containsExactly(BUSY);
        assertThat(watch.of(List.of("GPU-b", "GPU-a", "GPU-b")))
                .containsExactly(new ContainerMetrics.Gpu("GPU-b", 0, 1L, 55.0, 30), BUSY);
        assertThat(watch.of(List.of("GPU-c", "GPU-d"))).isEmpty();
        assertThat(watch.of(List.of())).isEmpty();
        assertThat(runs())
                .containsExactly("--query-gpu=uuid,utilization.gpu,memory.used,power.draw,temperature.gpu"
                        + " --format=csv,noheader,nounits");
    }

    @Test
    void what_the_tool_does_not_know_and_what_cannot_be_is_absent() throws Exception {
        held = Set.of("GPU-a", "GPU-b", "GPU-c", "GPU-d");
        var watch = watch("""
                GPU-a, [N/A], [Not Supported], [Unknown Error], ERR!
                GPU-b, 101, 99999999999999, 100000.5, 1001
                GPU-b, 1, 1, 1, 1
                GPU-c, -1, -1, -1.0, -1
                GPU-d, 1e2, 0x10, NaN,
                GPU-a, 5
                Unable to determine the device handle for GPU1: 0000:01:00.0: GPU is lost.""");
        watch.look();
        assertThat(watch.of(List.of("GPU-a", "GPU-b", "GPU-c", "GPU-d")))
                .containsExactly(nothing("GPU-a"), nothing("GPU-b"), nothing("GPU-c"), nothing("GPU-d"));
    }

    private static ContainerMetrics.Gpu nothing(String uuid) {
        return new ContainerMetrics.Gpu(uuid, null, null, null, null);
    }

    @Test
    void the_tool_is_not_run_while_no_container_has_a_gpu() throws Exception {
        var watch = watch("GPU-a, 97, 61440, 412.37, 64");
        held = Set.of();
        watch.look();
        assertThat(runs()).isEmpty();
        held = Set.of("GPU-a");
        watch.look();
        assertThat(runs()).hasSize(1);
    }

    @Test
    void figures_that_are_not_heard_again_grow_old_and_go() throws Exception {
        var watch = watch(LONG, "[ -e broken ] && exit 9; echo 'GPU-a, 97, 61440, 412.37, 64'");
        watch.look();
        Files.createFile(temp.resolve("broken"));
        nanos.addAndGet(GpuWatch.FRESH.toNanos());
        awaitRuns(watch, 2);
        assertThat(watch.of(List.of("GPU-a"))).containsExactly(BUSY);
        nanos.incrementAndGet();
        assertThat(watch.of(List.of("GPU-a"))).isEmpty();
        Files.delete(temp.resolve("broken"));
        awaitRuns(watch, 3);
        assertThat(watch.of(List.of("GPU-a"))).containsExactly(BUSY);
    }

    @Test
    void a_missing_tool_tells_nothing() {
        var watch = new GpuWatch(new NvidiaSmi(temp.resolve("none").toString()), () -> held, LONG, nanos::get);
        watch.look();
        assertThat(watch.of(List.of("GPU-a"))).isEmpty();
    }

    /** Looks until so many runs of the tool were begun: one that was killed a moment ago may not be gone yet. */
    private void awaitRuns(GpuWatch watch, int count) throws Exception {
        long deadline = System.nanoTime() + Duration.ofMinutes(1).toNanos();
        while (runs().size() < count) {
            assertThat(System.nanoTime()).as("runs: " + runs()).isLessThan(deadline);
            watch.look();
            Thread.sleep(10);
        }
    }

    private static void awaitEnd(long pid) throws Exception {
        Optional<ProcessHandle> tool = ProcessHandle.of(pid);
        if (tool.isPresent()) {
            tool.get().onExit().get(1, TimeUnit.MINUTES);
        }
    }

    @Test
    void a_tool_that_hangs_is_given_up_and_not_run_again_before_it_is_gone() throws Exception {
        Path hold = Files.createFile(temp.resolve("hold"));
        var watch = watch(Duration.ofMillis(200), "echo 'GPU-a, 97, 61440, 412.37, 64'");
        awaitRuns(watch, 1);
        awaitEnd(Long.parseLong(Files.readString(temp.resolve("pid")).strip()));
        for (int i = 0; i < 10; i++) {
            watch.look();
        }
        assertThat(runs()).hasSize(1);
        Files.delete(hold);
        awaitRuns(watch, 2);
    }

    @Test
    void who_wants_to_know_does_not_wait_for_a_tool_that_hangs() throws Exception {
        var watch = watch(LONG, "echo 'GPU-a, 97, 61440, 412.37, 64'");
        watch.look();
        Path hold = Files.createFile(temp.resolve("hold"));
        Thread looking = Thread.ofPlatform().start(() -> {
            try {
                awaitRuns(watch, 2);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        while (runs().size() < 2) {
            assertThat(looking.isAlive()).isTrue();
            Thread.sleep(10);
        }
        assertThat(watch.of(List.of("GPU-a"))).containsExactly(BUSY);
        assertThat(looking.isAlive()).isTrue();
        Files.delete(hold);
        looking.join();
    }
}
