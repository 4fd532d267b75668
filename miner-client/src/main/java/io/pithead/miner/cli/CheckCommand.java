package io.pithead.miner.cli;

import io.pithead.miner.agent.Capabilities;
import io.pithead.miner.agent.MonotonicClock;
import io.pithead.miner.agent.Prober;
import io.pithead.miner.agent.WorkDir;
import io.pithead.miner.api.Answer;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.miner.api.LineSpeed;
import io.pithead.miner.cli.CheckLine.Result;
import io.pithead.miner.config.AccelMode;
import io.pithead.miner.config.ConfigException;
import io.pithead.miner.config.MinerConfig;
import io.pithead.miner.config.Settings;
import io.pithead.miner.hardware.EnergyMeter;
import io.pithead.miner.hardware.Inventory;
import io.pithead.miner.hardware.NvidiaSmi;
import io.pithead.miner.workload.Workload;
import io.pithead.miner.workload.Workloads;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.wallet.Balance;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

/** {@code check}: what this machine can do and, where it cannot, what to do about it. */
@Command(
        name = "check",
        description = "Shows what this machine can do and how to mend the rest; exit code 1 when something is bad.",
        mixinStandardHelpOptions = true)
final class CheckCommand extends MinerCommand {
    private static final long LEAST_FREE_MB = 1_024;
    private static final long MIB = 1024 * 1024;

    private final List<CheckLine> lines = new ArrayList<>();

    @Override
    int run(Screen screen) throws Exception {
        Settings settings = settings();
        settings.warnings().forEach(warning -> add("settings", Result.WARN, warning, "correct or remove it"));
        var smi = new NvidiaSmi("nvidia-smi");
        Inventory inventory = Inventory.read(smi);
        machine(inventory);
        try {
            MinerConfig config = reader(settings).miner();
            add("settings", Result.OK, "miner " + config.minerId() + ", " + config.concurrency() + " slots", null);
            configured(config, inventory, smi);
        } catch (ConfigException e) {
            e.problems()
                    .forEach(problem -> add(
                            "settings", Result.FAIL, problem, "correct it in /etc/pithead/miner.conf, or by a flag"));
        }
        print(screen);
        return lines.stream().anyMatch(line -> line.result() == Result.FAIL) ? BAD : OK;
    }

    private void machine(Inventory inventory) {
        Hardware.Cpu cpu = inventory.hardware().cpu();
        add("java", Result.OK, "Java " + Runtime.version(), null);
        add("cpu", Result.OK, cpu == null ? "unknown" : cpu.model() + ", " + cpu.threads() + " threads", null);
        add("memory", Result.OK, inventory.ramMb() + " MiB", null);
    }

    private void configured(MinerConfig config, Inventory inventory, NvidiaSmi smi) throws InterruptedException {
        var capabilities = new Capabilities(config, inventory);
        gpu(config, inventory);
        energy(smi, capabilities);
        try (WorkDir dir = WorkDir.open(config.workDir())) {
            disk(dir);
            workloads(config, capabilities, dir);
            containers(config, capabilities, dir);
            lines.add(new ChallengeCheck(config, capabilities, dir).line());
        } catch (IOException e) {
            add(
                    "work folder",
                    Result.FAIL,
                    String.valueOf(e.getMessage()),
                    "set WORK_DIR to a folder of the miner's user");
        }
        coordinator(config);
    }

    private void gpu(MinerConfig config, Inventory inventory) {
        if (inventory.gpuWorks()) {
            inventory
                    .nvidia()
                    .forEach(gpu -> add(
                            "gpu",
                            Result.OK,
                            gpu.name() + ", " + gpu.vramMb() + " MiB, driver " + gpu.driver() + ", CUDA " + gpu.cuda(),
                            null));
            if (config.accel() == AccelMode.CPU) {
                add("gpu", Result.WARN, "not used, because ACCEL_MODE is cpu", "set ACCEL_MODE=auto");
            } else if (config.torch().natives().isEmpty()) {
                add(
                        "gpu",
                        Result.WARN,
                        "PyTorch's built-in libraries are for the CPU",
                        "set TORCH_NATIVES, see docs/MINER.md");
            }
        } else if (config.accel() == AccelMode.GPU) {
            add(
                    "gpu",
                    Result.WARN,
                    "none answers, jobs run on the CPU",
                    "install the NVIDIA driver until nvidia-smi works");
        } else {
            add("gpu", Result.OK, "none, jobs run on the CPU", null);
        }
    }

    private void energy(NvidiaSmi smi, Capabilities capabilities) {
        try (var meter = EnergyMeter.start(smi, capabilities.mode() == Mode.GPU)) {
            if (meter.isMeasuring()) {
                add("energy", Result.OK, "measured", null);
            } else {
                add(
                        "energy",
                        Result.WARN,
                        "not measured, so work per kJ is not reported",
                        "let the miner read /sys/class/powercap/*/energy_uj, where the machine has it");
            }
        }
    }

    private void disk(WorkDir dir) throws IOException {
        long freeMb = Files.getFileStore(dir.root()).getUsableSpace() / MIB;
        boolean enough = freeMb >= LEAST_FREE_MB;
        add(
                "work folder",
                enough ? Result.OK : Result.FAIL,
                dir.root() + ", " + freeMb + " MiB free",
                enough ? null : "free at least " + LEAST_FREE_MB + " MiB, or set WORK_DIR to a larger disk");
    }

    private void workloads(MinerConfig config, Capabilities capabilities, WorkDir dir) throws InterruptedException {
        var prober = new Prober(dir.cache().resolve("probe"), RunCommand.childSettings(config, capabilities, dir));
        for (String name : config.workloads().unknown(Workloads.names())) {
            add(
                    name,
                    Result.FAIL,
                    "there is no such workload",
                    "correct WORKLOADS; there are " + String.join(", ", Workloads.names()));
        }
        for (Workload workload : Workloads.all()) {
            if (!config.workloads().has(workload.name())) {
                add(workload.name(), Result.OK, "left out by WORKLOADS", null);
                continue;
            }
            Prober.Finding finding = prober.probe(workload);
            if (finding.runs()) {
                add(workload.name(), Result.OK, "runs", null);
            } else {
                add(
                        workload.name(),
                        Result.FAIL,
                        "does not run: " + finding.reason(),
                        "see docs/MINER.md; the miner works without it and does not offer it");
            }
        }
    }

    private void containers(MinerConfig config, Capabilities capabilities, WorkDir dir) throws InterruptedException {
        try (var engines = new Engines(config.containers())) {
            lines.addAll(new ContainerChecks(config, capabilities, dir).look(engines.engine()));
        }
    }

    private void coordinator(MinerConfig config) {
        try (var api = new CoordinatorApi(config.coordinator(), Optional.of(config.apiKey()), new MonotonicClock())) {
            Answer<Balance> answer = api.balance();
            boolean good = answer instanceof Answer.Ok<Balance>;
            add(
                    "coordinator",
                    good ? Result.OK : Result.FAIL,
                    good ? config.coordinator().url() + " takes the key" : Answers.why(answer),
                    good ? null : Answers.fix(answer));
            if (good) {
                LineSpeed speed = api.speed();
                lines.add(NetworkCheck.line(speed.up(config.minerId()), speed.down()));
            }
        } catch (IOException e) {
            add("coordinator", Result.FAIL, String.valueOf(e.getMessage()), "correct CA_FILE");
        }
    }

    private void add(String check, Result result, String detail, @Nullable String fix) {
        lines.add(new CheckLine(check, result, detail, fix));
    }

    private void print(Screen screen) {
        boolean good = lines.stream().noneMatch(line -> line.result() == Result.FAIL);
        if (isJson()) {
            screen.json(Map.of("ok", good, "checks", lines));
            return;
        }
        for (CheckLine line : lines) {
            screen.line(word(screen, line.result()) + "  " + line.check() + ": " + line.detail());
            if (line.fix() != null) {
                screen.line("      fix: " + line.fix());
            }
        }
    }

    private static String word(Screen screen, Result result) {
        return switch (result) {
            case OK -> screen.toned(Screen.Tone.GOOD, "ok  ");
            case WARN -> screen.toned(Screen.Tone.ODD, "warn");
            case FAIL -> screen.toned(Screen.Tone.BAD, "fail");
        };
    }
}
