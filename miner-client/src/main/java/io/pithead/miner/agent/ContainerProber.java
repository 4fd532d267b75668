package io.pithead.miner.agent;

import io.pithead.miner.challenge.UnansweredException;
import io.pithead.miner.container.Engine;
import io.pithead.miner.container.EngineException;
import io.pithead.miner.container.Labels;
import io.pithead.miner.container.core.ContainerPlan;
import io.pithead.miner.container.core.FactsCheck;
import io.pithead.miner.container.core.GpuPolicy;
import io.pithead.miner.container.core.OwnerPolicy;
import io.pithead.miner.container.core.ProbeCheck;
import io.pithead.miner.container.core.Seen;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ContainerFacts;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;

/** Tries whether a container really runs here, closed in as it should be. */
public final class ContainerProber {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    /** For an engine that is slow to create, start and remove. */
    private static final Duration SLACK = Duration.ofMinutes(2);

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
     * @param sums whether the container could make a digest, as challenges ask for
     */
    public record Finding(
            boolean runs,
            boolean tried,
            String detail,
            Optional<Engine.Facts> engine,
            boolean gpus,
            String gpuDetail,
            boolean sums) {
        private static Finding of(boolean runs, boolean tried, String detail, Optional<Engine.Facts> engine) {
            return new Finding(runs, tried, detail, engine, false, detail, false);
        }

        /** Whether challenges that ask for a container are answered. */
        public boolean answersChallenges() {
            return runs && tried && sums;
        }

        /** Whether there are GPUs, and there was no image to try them with. */
        public boolean gpusUntried() {
            return runs && !tried && engine.map(Engine.Facts::nvidia).orElse(false);
        }

        private Finding withGpus(String problem) {
            return new Finding(runs, tried, detail, engine, problem.isEmpty(), problem, sums);
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
            if (Labels.isLeft(left.labels(), Instant.now())) {
                engine.remove(left.id());
            }
        }
        var sums = new AtomicBoolean();
        String problem = run(probe(image, List.of()), LIMIT, (end, output) -> {
            sums.set(ProbeCheck.makesSums(output));
            return ProbeCheck.problem(end, output);
        });
        if (problem.equals(NO_SHELL)) {
            return Finding.of(true, false, NO_SHELL, Optional.of(info));
        }
        String detail = problem.isEmpty() ? "a container ran with its limits" : problem;
        return new Finding(problem.isEmpty(), true, detail, Optional.of(info), false, detail, sums.get());
    }

    /**
     * Runs the container that a validator asks for, closed in as that of a probe.
     *
     * @throws UnansweredException with the reason why there is none
     */
    public String facts(Challenge challenge, Duration within) throws UnansweredException, InterruptedException {
        var said = new StringBuilder();
        try {
            String image = engine.smallestImage()
                    .orElseThrow(() -> new UnansweredException("there is no image on the engine to run"));
            String problem = run(asked(image, challenge), within, (end, output) -> {
                said.append(FactsCheck.facts(output));
                return FactsCheck.problem(challenge, end, output);
            });
            if (!problem.isEmpty()) {
                throw new UnansweredException(problem);
            }
            return said.toString();
        } catch (EngineException e) {
            throw new UnansweredException("no container runs: " + e.text());
        }
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
                    probe(image, gpus),
                    LIMIT,
                    (end, output) -> ProbeCheck.sawGpu(output) ? "" : "a container with a GPU did not see it");
        } catch (EngineException e) {
            return "no container with a GPU runs: " + e.text();
        }
    }

    private String run(ContainerPlan plan, Duration within, BiFunction<Seen, String, String> judge)
            throws EngineException, InterruptedException {
        String id = engine.create(plan);
        try {
            engine.start(id);
            return judge.apply(await(id, within.compareTo(LIMIT) < 0 ? within : LIMIT), output(id));
        } catch (EngineException e) {
            if (e.kind() == EngineException.Kind.INVALID) {
                return NO_SHELL;
            }
            throw e;
        } finally {
            engine.remove(id);
        }
    }

    private ContainerPlan probe(String image, List<String> devices) {
        return plan(image, ProbeCheck.SCRIPT, List.of(), ProbeCheck.MEMORY_MB * MIB, ProbeCheck.PIDS, devices);
    }

    private ContainerPlan asked(String image, Challenge challenge) {
        return plan(
                image,
                FactsCheck.SCRIPT,
                List.of(FactsCheck.SEED + "=" + ContainerFacts.seed(challenge)),
                ContainerFacts.memoryBytes(challenge),
                ContainerFacts.pids(challenge),
                List.of());
    }

    private ContainerPlan plan(
            String image, String script, List<String> env, long memoryBytes, int pids, List<String> devices) {
        var id = UUID.randomUUID();
        return new ContainerPlan(
                "pithead-probe-" + id,
                image,
                NOBODY + ":" + NOBODY,
                NOBODY,
                List.of("/bin/sh", "-c", script),
                List.of(),
                env,
                Labels.ofProbe(miner, Instant.now().plus(LIMIT).plus(SLACK)),
                List.of(),
                Map.of("/tmp", "rw,mode=1777,size=1m"),
                memoryBytes,
                owner.cpus().movePointRight(9).longValue(),
                pids,
                MIB,
                false,
                List.of(),
                devices,
                "");
    }

    private Seen await(String id, Duration within) throws EngineException, InterruptedException {
        long begun = System.nanoTime();
        while (System.nanoTime() - begun < within.toNanos()) {
            Optional<Seen> seen = engine.inspect(id);
            if (seen.isPresent() && seen.get().state() == Seen.State.EXITED) {
                return seen.get();
            }
            Thread.sleep(LOOK_EVERY);
        }
        throw new EngineException(
                EngineException.Kind.OTHER, "a container did not end within " + within.toSeconds() + " s");
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
