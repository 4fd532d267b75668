package io.pithead.miner.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.node.Hardware;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HardwareTest {
    private static final long RANGE = 1_000_000_000;

    @TempDir
    private Path temp;

    private final AtomicLong nanos = new AtomicLong();

    private NvidiaSmi tool(String script) throws IOException {
        Path tool = Files.writeString(temp.resolve("nvidia-smi"), "#!/bin/sh\n" + script);
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        return new NvidiaSmi(tool.toString());
    }

    @Test
    void gpus_are_read_from_the_tools_own_listing() throws IOException {
        var smi = tool("""
                case "$1" in
                --query-gpu=*) echo "0, GPU-1a, NVIDIA GeForce RTX 4060 Ti, 16380, 550.54.14"
                               echo "1, GPU-2b, Odd Card, [N/A], [Not Supported]" ;;
                *) echo "| NVIDIA-SMI 550.54.14   Driver Version: 550.54.14   CUDA Version: 12.4     |" ;;
                esac
                """);
        assertThat(smi.gpus())
                .containsExactly(
                        new Hardware.Gpu(0, "GPU-1a", "NVIDIA GeForce RTX 4060 Ti", 16_380L, "550.54.14", "12.4"),
                        new Hardware.Gpu(1, "GPU-2b", "Odd Card", null, null, "12.4"));
    }

    @Test
    void a_tool_that_is_missing_or_fails_means_no_gpu() throws IOException {
        assertThat(new NvidiaSmi("/nonexistent/nvidia-smi").gpus()).isEmpty();
        assertThat(tool("echo 'NVIDIA-SMI has failed'; exit 9").gpus()).isEmpty();
        assertThat(tool("echo 'no,such,listing'").gpus()).isEmpty();
    }

    @Test
    void a_machine_is_told_from_others_by_board_system_and_cards_and_names_none_of_them() {
        String host =
                HostDigest.of("4c4c4544", "0123", List.of("02:00:00:00:00:01")).orElseThrow();
        assertThat(host).matches("[0-9a-f]{64}");
        assertThat(HostDigest.of("4c4c4544", "0123", List.of("02:00:00:00:00:01")))
                .contains(host);
        assertThat(HostDigest.of("4c4c4545", "0123", List.of("02:00:00:00:00:01")))
                .isNotEqualTo(Optional.of(host));
        assertThat(HostDigest.of("4c4c4544", "0124", List.of("02:00:00:00:00:01")))
                .isNotEqualTo(Optional.of(host));
        assertThat(HostDigest.of("4c4c4544", "0123", List.of("02:00:00:00:00:02")))
                .isNotEqualTo(Optional.of(host));
        assertThat(HostDigest.of("unknown", "", List.of())).isEmpty();
        assertThat(HostDigest.of("unknown", "0123", List.of())).isPresent();
    }

    @Test
    void the_inventory_of_this_machine_is_read() {
        Inventory inventory = Inventory.read(new NvidiaSmi("/nonexistent/nvidia-smi"));
        assertThat(inventory.ramMb()).isPositive();
        assertThat(inventory.threads()).isPositive();
        assertThat(inventory.hardware().host())
                .isNotNull()
                .isEqualTo(Inventory.read(new NvidiaSmi("/nonexistent/nvidia-smi"))
                        .hardware()
                        .host());
        assertThat(inventory.gpuWorks()).isFalse();
        assertThat(inventory.vramMb()).isEmpty();
        assertThat(inventory.cuda()).isEmpty();
        assertThat(inventory.hardware().disks()).isNotEmpty();
    }

    private Path zone(String name, long microjoules) throws IOException {
        Path zone = Files.createDirectories(temp.resolve("powercap").resolve(name));
        Files.writeString(zone.resolve("max_energy_range_uj"), RANGE + "\n");
        return Files.writeString(zone.resolve("energy_uj"), microjoules + "\n");
    }

    private EnergyMeter meter() {
        return new EnergyMeter(temp.resolve("powercap"), Optional.empty(), nanos::get);
    }

    @Test
    void energy_is_the_sum_over_packages_and_not_over_their_parts() throws IOException {
        Path first = zone("intel-rapl:0", 1_000_000);
        Path second = zone("intel-rapl:1", 0);
        Path core = zone("intel-rapl:0:0", 0);
        var meter = meter();
        var session = meter.begin();
        Files.writeString(first, "3000000");
        Files.writeString(second, "500000");
        Files.writeString(core, "900000");
        assertThat(session.end()).contains(new EnergyMeter.Energy(2.5, "rapl"));
    }

    @Test
    void a_counter_that_wrapped_around_is_understood() throws IOException {
        Path counter = zone("intel-rapl:0", RANGE - 1_000_000);
        var session = meter().begin();
        Files.writeString(counter, "2000000");
        assertThat(session.end().orElseThrow().joules()).isEqualTo(3.0);
    }

    @Test
    void jobs_that_run_together_share_evenly() throws IOException {
        Path counter = zone("intel-rapl:0", 0);
        var meter = meter();
        var first = meter.begin();
        Files.writeString(counter, "4000000");
        var second = meter.begin();
        Files.writeString(counter, "6000000");
        assertThat(first.end().orElseThrow().joules()).isEqualTo(5.0);
        Files.writeString(counter, "7000000");
        assertThat(second.end().orElseThrow().joules()).isEqualTo(2.0);
    }

    @Test
    void what_was_not_measured_throughout_is_absent() throws IOException {
        assertThat(meter().begin().end()).isEmpty();
        Path counter = zone("intel-rapl:0", 0);
        var session = meter().begin();
        Files.delete(counter);
        assertThat(session.end()).isEmpty();
    }
}
