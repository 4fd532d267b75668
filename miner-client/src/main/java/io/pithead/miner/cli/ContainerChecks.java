package io.pithead.miner.cli;

import io.pithead.miner.agent.Capabilities;
import io.pithead.miner.agent.ContainerProber;
import io.pithead.miner.agent.WorkDir;
import io.pithead.miner.challenge.UnansweredException;
import io.pithead.miner.config.MinerConfig;
import io.pithead.miner.container.Engine;
import io.pithead.miner.container.Labels;
import io.pithead.miner.container.core.GpuPolicy;
import io.pithead.miner.container.core.OwnerPolicy;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The lines of {@code check} about container tasks. Without an engine the miner works all the same, so that only warns. */
final class ContainerChecks {
    private static final long MIB = 1024 * 1024;
    /** Less than this and a usual image does not fit beside what a task writes. */
    private static final long LEAST_FREE_MB = 10_240;

    /** Those that share layers between containers. */
    private static final Set<String> GOOD_DRIVERS = Set.of("overlay2", "overlayfs", "btrfs", "zfs", "fuse-overlayfs");

    private static final String CGROUPS_FIX =
            "let the kernel limit them: boot with cgroup_enable=memory swapaccount=1, or with control groups version 2";

    private static final String CHALLENGE = "container challenge";
    private static final int CHALLENGE_MIB = 48;
    private static final Duration CHALLENGE_LIMIT = Duration.ofSeconds(30);

    private final MinerConfig config;
    private final Capabilities capabilities;
    private final WorkDir dir;
    private final List<CheckLine> lines = new ArrayList<>();

    ContainerChecks(MinerConfig config, Capabilities capabilities, WorkDir dir) {
        this.config = config;
        this.capabilities = capabilities;
        this.dir = dir;
    }

    List<CheckLine> look(Optional<Engine> engine) throws InterruptedException {
        if (engine.isEmpty()) {
            return List.of(CheckLine.ok("containers", "off, as CONTAINERS says"));
        }
        OwnerPolicy owner = capabilities.ownerPolicy();
        GpuPolicy gpus = capabilities.gpuPolicy();
        var prober = new ContainerProber(engine.get(), owner, gpus, Labels.miner(config.minerId(), dir.root()));
        ContainerProber.Finding finding = prober.probe();
        if (finding.engine().isEmpty()) {
            return List.of(CheckLine.warn(
                    "engine",
                    config.containers().host().url() + ": " + finding.detail() + "; container tasks are not offered",
                    "apt install docker.io, usermod -aG docker and the miner's user, restart the miner;"
                            + " or set DOCKER_HOST, or CONTAINERS=off"));
        }
        Engine.Facts info = finding.engine().get();
        engine(info);
        ran(finding);
        challenge(prober, finding);
        gpus(gpus, finding);
        disk(info);
        lines.add(CheckLine.ok("container policy", policy(owner, gpus)));
        return List.copyOf(lines);
    }

    private void engine(Engine.Facts info) {
        lines.add(CheckLine.ok(
                "engine",
                "version " + info.version() + " at "
                        + config.containers().host().url() + ", " + info.cpus() + " processors, " + info.memoryMb()
                        + " MiB"));
        lines.add(
                GOOD_DRIVERS.contains(info.storageDriver())
                        ? CheckLine.ok("storage driver", info.storageDriver())
                        : CheckLine.warn(
                                "storage driver",
                                info.storageDriver() + " keeps a whole copy of its image for each container",
                                "\"storage-driver\": \"overlay2\" in /etc/docker/daemon.json"));
        lines.add(
                info.unlimited().isEmpty()
                        ? CheckLine.ok("cgroups", "version " + info.cgroups() + ", every limit can be set")
                        : CheckLine.warn(
                                "cgroups",
                                "version " + info.cgroups() + ", the engine cannot limit "
                                        + String.join(", ", info.unlimited()),
                                CGROUPS_FIX));
    }

    private void ran(ContainerProber.Finding finding) {
        if (finding.runs() && finding.tried()) {
            lines.add(CheckLine.ok("container", finding.detail()));
        } else if (finding.runs()) {
            lines.add(CheckLine.warn("container", finding.detail(), "docker pull busybox, then check again"));
        } else {
            lines.add(
                    CheckLine.fail(
                            "container",
                            finding.detail() + "; container tasks are not offered",
                            "see that docker run --rm --read-only --cap-drop ALL --memory 48m --pids-limit 77 busybox true works"));
        }
    }

    /** One as a validator sends it, but for the messages. */
    private void challenge(ContainerProber prober, ContainerProber.Finding finding) throws InterruptedException {
        if (capabilities.challengeShare().isOff() || !finding.runs() || !finding.tried()) {
            return;
        }
        if (!finding.answersChallenges()) {
            lines.add(CheckLine.warn(
                    CHALLENGE,
                    "the smallest image here has no sha256sum; validators do not ask this node for a container",
                    "docker pull busybox, then check again"));
            return;
        }
        var random = new SecureRandom();
        WalletKey key = WalletKey.generate(random);
        var challenge = ChallengeCheck.challenge(ChallengeKind.CONTAINER, CHALLENGE_MIB, 1, null, key, random);
        long begun = System.nanoTime();
        try {
            prober.facts(challenge, CHALLENGE_LIMIT);
            double seconds = ChallengeCheck.seconds(System.nanoTime() - begun);
            lines.add(new CheckLine(
                    CHALLENGE,
                    CheckLine.Result.OK,
                    String.format(Locale.ROOT, "answered from a container in %.2f s", seconds),
                    null,
                    Map.of("seconds_of_container", seconds)));
        } catch (UnansweredException e) {
            lines.add(CheckLine.warn(
                    CHALLENGE,
                    "is not answered: " + e.getMessage(),
                    "see docs/MINER.md; validators find nothing of this node's engine"));
        }
    }

    private void gpus(GpuPolicy gpus, ContainerProber.Finding finding) {
        if (gpus.gpus().isEmpty()) {
            lines.add(CheckLine.ok("container GPUs", "none, tasks that need one go elsewhere"));
        } else if (finding.gpus()) {
            lines.add(CheckLine.ok("container GPUs", gpus.gpus().size() + ", seen by a container"));
        } else {
            lines.add(CheckLine.warn(
                    "container GPUs",
                    finding.gpuDetail() + "; tasks that need one go elsewhere",
                    "install nvidia-container-toolkit, nvidia-ctk runtime configure --runtime=docker,"
                            + " restart the engine; or set CONTAINER_GPUS=none"));
        }
    }

    /** Where the engine is on another machine, its folder is not here to be looked at. */
    private void disk(Engine.Facts info) {
        Path folder = Path.of(info.folder());
        if (!config.containers().host().url().startsWith("unix:") || !Files.isDirectory(folder)) {
            return;
        }
        try {
            long freeMb = Files.getFileStore(folder).getUsableSpace() / MIB;
            String detail = folder + ", " + freeMb + " MiB free, images may take "
                    + config.containers().imagesMb() + " MiB";
            lines.add(
                    freeMb >= LEAST_FREE_MB
                            ? CheckLine.ok("image disk", detail)
                            : CheckLine.warn(
                                    "image disk",
                                    detail,
                                    "free at least " + LEAST_FREE_MB + " MiB: docker system prune, or lower"
                                            + " CONTAINER_IMAGES_MB"));
        } catch (IOException e) {
            lines.add(CheckLine.warn("image disk", folder + ": " + e.getMessage(), "let the miner's user look at it"));
        }
    }

    private String policy(OwnerPolicy owner, GpuPolicy gpus) {
        return "root " + owner.root().name().toLowerCase(Locale.ROOT) + ", ports "
                + (owner.ports() ? "allowed" : "denied") + ", network "
                + owner.network().name().toLowerCase(Locale.ROOT) + ", at most "
                + owner.cpus().toPlainString() + " processors, " + owner.ramMb() + " MiB memory, " + owner.pids()
                + " processes, " + owner.diskMb() + " MiB disk, "
                + config.containers()
                        .maxRuntime()
                        .map(most -> most.toSeconds() + " s")
                        .orElse("the task's own time")
                + ", GPUs "
                + gpus.gpus().stream()
                        .map(gpu -> Integer.toString(gpu.index()))
                        .collect(Collectors.collectingAndThen(
                                Collectors.joining(" "), text -> text.isEmpty() ? "none" : text))
                + (gpus.sharing() ? " shared" : "");
    }
}
