package io.pithead.miner.agent;

import io.pithead.miner.container.Engine;
import io.pithead.miner.container.EngineException;
import io.pithead.miner.container.Labels;
import io.pithead.miner.container.core.ContainerPlan;
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

/** Tries whether a container really runs here, closed in as it should be. */
public final class ContainerProber {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(50);
    private static final int MAX_OUTPUT = 64 * 1024;
    private static final int NOBODY = 65_534;
    private static final long MIB = 1024 * 1024;

    private final Engine engine;
    private final OwnerPolicy owner;
    private final String miner;

    public ContainerProber(Engine engine, OwnerPolicy owner, String miner) {
        this.engine = engine;
        this.owner = owner;
        this.miner = miner;
    }

    /**
     * @param runs whether container tasks can be offered
     * @param tried whether a container was run; without an image there is none to run
     */
    public record Finding(boolean runs, boolean tried, String detail, Optional<Engine.Facts> engine) {}

    public Finding probe() throws InterruptedException {
        Engine.Facts info;
        try {
            info = engine.info();
        } catch (EngineException e) {
            return new Finding(false, false, e.text(), Optional.empty());
        }
        try {
            Optional<String> image = engine.smallestImage();
            if (image.isEmpty()) {
                return new Finding(true, false, "there is no image on the engine to try it with", Optional.of(info));
            }
            return run(image.get(), info);
        } catch (EngineException e) {
            return new Finding(false, true, "no container runs: " + e.text(), Optional.of(info));
        }
    }

    private Finding run(String image, Engine.Facts info) throws EngineException, InterruptedException {
        for (Engine.Listed left : engine.list(Map.of(Labels.PROBE, miner))) {
            engine.remove(left.id());
        }
        String id = engine.create(plan(image));
        try {
            try {
                engine.start(id);
            } catch (EngineException e) {
                boolean noShell = e.kind() == EngineException.Kind.INVALID;
                String detail = noShell
                        ? "the smallest image here has no shell to try it with"
                        : "no container runs: " + e.text();
                return new Finding(noShell, !noShell, detail, Optional.of(info));
            }
            Seen end = await(id);
            String problem = ProbeCheck.problem(end, output(id));
            return new Finding(
                    problem.isEmpty(),
                    true,
                    problem.isEmpty() ? "a container ran with its limits" : problem,
                    Optional.of(info));
        } finally {
            engine.remove(id);
        }
    }

    private ContainerPlan plan(String image) {
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
                List.of(),
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
