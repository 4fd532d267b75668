package io.pithead.miner.agent;

import io.pithead.miner.container.Engine;
import io.pithead.miner.container.EngineException;
import io.pithead.miner.container.Labels;
import io.pithead.miner.container.core.ContainerPlan;
import io.pithead.miner.container.core.GpuPolicy;
import io.pithead.miner.container.core.OwnerPolicy;
import io.pithead.miner.container.core.ProbeCheck;
import io.pithead.miner.container.core.Seen;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiFunction;

/** Tries whether a container really runs here, closed in as it should be. */
public final class ContainerProber {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final String NO_SHELL = "the smallest image here has no shell to try it with";
    private static final int MAX_OUTPUT = 64 * 1024;
    private static final int NOBODY = 65_534;
    private static final long MIB = 1024 * 1024;

    private final Engine engine;
    private final OwnerPolicy owner;
    private final List<String> gpus;
    private final String miner;

    /** @param gpus to try whether containers get them */
    public ContainerProber(Engine engine, OwnerPolicy owner, GpuPolicy gpus, String miner) {
        this.engine = engine;
        this.owner = owner;
        this.gpus = gpus.gpus().stream().map(GpuPolicy.Gpu::uuid).toList();
        this.miner = miner;
    }

    /**
     * @param runs whether container tasks can be offered
     * @param tried whether a container was run; without an image there is none to run
     * @param gpus whether containers get the GPUs that they may have
     * @param gpuDetail why not
     */
    public record Finding(
            boolean runs, boolean tried, String detail, Optional<Engine.Facts> engine, boolean gpus, String gpuDetail) {
        private static Finding of(boolean runs, boolean tried, String detail, Optional<Engine.Facts> engine) {
            return new Finding(runs, tried, detail, engine, false, detail);
        }

        /** Whether there are GPUs, and there was no image to try them with. */
        public boolean gpusUntried() {
            return runs && !tried && engine.map(Engine.Facts::nvidia).orElse(false);
        }

        private Finding withGpus(String problem) {
            return new Finding(runs, tried, detail, engine, problem.isEmpty(), problem);
        }
    }

    public Finding probe() throws InterruptedException {
        Engine.Facts info;
        try {
            info = engine.info();
        } catch (EngineException e) {
            return Finding.of(false, false, e.text(), Optional.empty());
        }
        try {
            Optional<String> image = engine.smallestImage();
            if (image.isEmpty()) {
                return Finding.of(true, false, "there is no image on the engine to try it with", Optional.of(info));
            }
            Finding finding = run(image.get(), info);
            return finding.runs() && finding.tried() ? finding.withGpus(gpuProblem(image.get(), info)) : finding;
        } catch (EngineException e) {
            return Finding.of(false, true, "no container runs: " + e.text(), Optional.of(info));
        }
    }

    private Finding run(String image, Engine.Facts info) throws EngineException, InterruptedException {
        for (Engine.Listed left : engine.list(Map.of(Labels.PROBE, miner))) {
            engine.remove(left.id());
        }
        String problem = run(image, List.of(), ProbeCheck::problem);
        if (problem.equals(NO_SHELL)) {
            return Finding.of(true, false, NO_SHELL, Optional.of(info));
        }
        return Finding.of(
                problem.isEmpty(),
                true,
                problem.isEmpty() ? "a container ran with its limits" : problem,
                Optional.of(info));
    }

    private String gpuProblem(String image, Engine.Facts info) throws InterruptedException {
        if (gpus.isEmpty()) {
            return "containers may have none";
        }
        if (!info.nvidia()) {
            return "the engine has no runtime for NVIDIA GPUs";
        }
        try {
            return run(
                    image,
                    gpus,
                    (end, output) -> ProbeCheck.sawGpu(output) ? "" : "a container with a GPU did not see it");
        } catch (EngineException e) {
            return "no container with a GPU runs: " + e.text();
        }
    }

    private String run(String image, List<String> devices, BiFunction<Seen, String, String> judge)
            throws EngineException, InterruptedException {
        String id = engine.create(plan(image, devices));
        try {
            engine.start(id);
            return judge.apply(await(id), output(id));
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.INVALID) {
                return NO_SHELL;
            }
            throw e;
        } finally {
            engine.remove(id);
        }
    }

    private ContainerPlan plan(String image, List<String> devices) {
        var id = UUID.randomUUID();
        return new ContainerPlan(
                "pithead-probe-" + id,
                image,
                NOBODY + ":" + NOBODY,
                NOBODY,
                List.of("/bin/sh", "-c", ProbeCheck.SCRIPT),
                List.of(),
                List.of(),
                Map.of(Labels.PROBE, miner),
                List.of(),
                Map.of("/tmp", "rw,mode=1777,size=1m"),
                ProbeCheck.MEMORY_MB * MIB,
                owner.cpus().movePointRight(9).longValue(),
                ProbeCheck.PIDS,
                MIB,
                false,
                List.of(),
                devices,
                "");
    }

    private Seen await(String id) throws EngineException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<Seen> seen = engine.inspect(id);
            if (seen.isPresent() && seen.get().state() == Seen.State.EXITED) {
                return seen.get();
            }
            Thread.sleep(LOOK_EVERY);
        }
        throw new EngineException(
                EngineException.Kind.OTHER, "a container did not end within " + LIMIT.toSeconds() + " s");
    }

    private String output(String id) throws EngineException, InterruptedException {
        var text = new ByteArrayOutputStream();
        try (Engine.Output output = engine.output(id, null)) {
            output.forEach((stderr, time, bytes, from, to) -> {
                if (text.size() < MAX_OUTPUT) {
                    text.write(bytes, from, to - from);
                }
            });
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
