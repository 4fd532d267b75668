package io.pithead.miner.agent;

import static java.util.Objects.requireNonNullElse;

import io.pithead.miner.Version;
import io.pithead.miner.challenge.JavaMultiplier;
import io.pithead.miner.challenge.TorchMultiplier;
import io.pithead.miner.challenge.core.Share;
import io.pithead.miner.config.ChallengeConfig;
import io.pithead.miner.config.ContainerConfig;
import io.pithead.miner.config.MinerConfig;
import io.pithead.miner.container.Engine;
import io.pithead.miner.container.core.GpuPolicy;
import io.pithead.miner.container.core.OwnerPolicy;
import io.pithead.miner.hardware.Inventory;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.node.NodeLimits;
import io.pithead.protocol.signing.Address;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What this miner says of itself when it registers. */
public record Capabilities(MinerConfig config, Inventory inventory, Optional<Address> node) {
    private static final long MIB = 1024 * 1024;
    /** The rest is for the agent, the system and whatever else its owner does. */
    private static final int RAM_PARTS = 5;

    private static final long LEAST_RAM_MB = 64;
    /** Jobs go on meanwhile. */
    private static final int CHALLENGE_CPU_PARTS = 2;

    private static final int CHALLENGE_RAM_PARTS = 4;

    /** Of a machine that has no node's key. */
    public Capabilities(MinerConfig config, Inventory inventory) {
        this(config, inventory, Optional.empty());
    }

    public Mode mode() {
        return config.accel().mode(inventory.gpuWorks());
    }

    /** What one job may use when all slots are taken, in MiB. */
    public long ramShareMb() {
        long all = config.maxRamMb().orElse(inventory.ramMb() / RAM_PARTS * (RAM_PARTS - 1));
        return Math.max(LEAST_RAM_MB, all / config.concurrency());
    }

    public int threadsPerJob() {
        return Math.max(1, inventory.threads() / config.concurrency());
    }

    /** What answering challenges may take. */
    public Share challengeShare() {
        ChallengeConfig challenges = config.challenges();
        return new Share(
                challenges.cpus().orElse(Math.max(1, inventory.threads() / CHALLENGE_CPU_PARTS)),
                challenges.ramMb().orElse(inventory.ramMb() / CHALLENGE_RAM_PARTS),
                mode() == Mode.GPU ? TorchMultiplier.ROWS : JavaMultiplier.ROWS,
                challenges.diskMb(),
                challenges.networkMb());
    }

    /** What one container may do and use here. */
    public OwnerPolicy ownerPolicy() {
        ContainerConfig containers = config.containers();
        BigDecimal share = BigDecimal.valueOf(inventory.threads())
                .divide(BigDecimal.valueOf(config.concurrency()), 2, RoundingMode.DOWN);
        return new OwnerPolicy(
                containers.root(),
                containers.ports(),
                containers.network(),
                containers.cpus().orElse(share),
                containers.ramMb().orElse(ramShareMb()),
                containers.pids(),
                containers.diskMb());
    }

    /** The GPUs that containers may have, where the machine's own tool names them. */
    public GpuPolicy gpuPolicy() {
        List<GpuPolicy.Gpu> gpus = mode() == Mode.GPU
                ? inventory.nvidia().stream().flatMap(gpu -> gpu(gpu).stream()).toList()
                : List.of();
        return GpuPolicy.of(
                gpus, config.containers().gpus(), config.containers().gpuSharing());
    }

    private static Optional<GpuPolicy.Gpu> gpu(Hardware.Gpu gpu) {
        String uuid = gpu.uuid();
        return uuid == null
                ? Optional.empty()
                : Optional.of(new GpuPolicy.Gpu(
                        requireNonNullElse(gpu.index(), 0), uuid, requireNonNullElse(gpu.vramMb(), 0L)));
    }

    /** @param containers what was last found of them; empty before anything was, and where the owner wants none */
    public MinerCapabilities toWire(
            Set<String> workloads, Optional<ContainerProber.Finding> containers, UUID instance) {
        Optional<Engine.Facts> engine = containers.flatMap(ContainerProber.Finding::engine);
        boolean asksEngine =
                containers.map(ContainerProber.Finding::answersChallenges).orElse(false);
        boolean gpu = mode() == Mode.GPU;
        return new MinerCapabilities(
                config.minerId(),
                mode(),
                gpu,
                config.concurrency(),
                List.copyOf(workloads),
                new NodeLimits(
                        gpu ? boxed(inventory.vramMb()) : null,
                        ramShareMb(),
                        config.maxRuntime().toSeconds(),
                        freeDiskMb()),
                config.wallet().orElse(null),
                node.map(Address::text).orElse(null),
                null,
                null,
                config.region().orElse(null),
                config.price().orElse(null),
                Version.TEXT,
                gpu ? inventory.cuda().orElse(null) : null,
                true,
                inventory.hardware(engine.map(info -> new Hardware.Docker(info.version(), info.nvidia()))),
                config.location().orElse(null),
                config.p2pAddress().orElse(null),
                instance,
                challengeShare().kinds().stream()
                        .filter(kind -> kind != ChallengeKind.CONTAINER || asksEngine)
                        .map(ChallengeKind::name)
                        .toList());
    }

    private @Nullable Long freeDiskMb() {
        try {
            return Files.getFileStore(config.workDir()).getUsableSpace() / MIB;
        } catch (IOException e) {
            return null;
        }
    }

    private static @Nullable Long boxed(OptionalLong number) {
        return number.isPresent() ? number.getAsLong() : null;
    }
}
