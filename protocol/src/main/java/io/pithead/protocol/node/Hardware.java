package io.pithead.protocol.node;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.Digests;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The inventory a miner reads off its machine. A claim, until it is challenged.
 *
 * @param host what tells the machine from others, as a digest: two nodes that say the same are on one machine
 */
public record Hardware(
        @Nullable Cpu cpu,
        @Nullable Long ramMb,
        @Nullable List<Gpu> gpus,
        @Nullable List<Disk> disks,
        @Nullable Docker docker,
        @Nullable Network network,
        @Nullable String os,
        @Nullable String host) {
    static final int MAX_GPUS = 64;
    static final int MAX_DISKS = 256;
    static final int MAX_TEXT = 200;

    public record Cpu(
            @Nullable String model,
            @Nullable Integer cores,
            @Nullable Integer threads,
            @Nullable String arch) {}

    public record Gpu(
            @Nullable Integer index,
            @Nullable String uuid,
            @Nullable String name,
            @Nullable Long vramMb,
            @Nullable String driver,
            @Nullable String cuda) {}

    public record Disk(
            @Nullable String name,
            @Nullable Long sizeMb,
            @Nullable Long freeMb) {}

    public record Docker(@Nullable String version, @Nullable Boolean nvidia) {}

    public record Network(
            @Nullable String hostname, @Nullable Long speedMbps) {}

    /** As others than the operator are told of it: what machine it is, nobody need know; how fast its line, a validator compares. */
    public Hardware unnamed() {
        Network line = network == null || network.speedMbps() == null ? null : new Network(null, network.speedMbps());
        return new Hardware(cpu, ramMb, gpus, disks, docker, line, os);
    }

    /** Of a machine that says nothing of its identity. */
    public Hardware(
            @Nullable Cpu cpu,
            @Nullable Long ramMb,
            @Nullable List<Gpu> gpus,
            @Nullable List<Disk> disks,
            @Nullable Docker docker,
            @Nullable Network network,
            @Nullable String os) {
        this(cpu, ramMb, gpus, disks, docker, network, os, null);
    }

    public Hardware {
        gpus = gpus == null ? null : List.copyOf(gpus);
        disks = disks == null ? null : List.copyOf(disks);
        new Checks()
                .range("ram_mb", ramMb, 0, NodeLimits.MAX_MB)
                .size("gpus", gpus, MAX_GPUS)
                .size("disks", disks, MAX_DISKS)
                .text("os", os, MAX_TEXT)
                .matches("host", host, Digests.SHA256_HEX, "must be 64 lower-case hex digits")
                .done();
    }
}
