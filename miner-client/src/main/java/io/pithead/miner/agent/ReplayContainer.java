package io.pithead.miner.agent;

import io.pithead.miner.container.Engine;
import io.pithead.miner.container.EngineException;
import io.pithead.miner.container.core.ContainerPlan;
import io.pithead.miner.container.core.ContainerPlan.Mount;
import io.pithead.miner.container.core.ImageFacts;
import io.pithead.miner.container.core.Seen;
import io.pithead.protocol.json.Json;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A replay in a container: no network, nothing writable but a small folder in memory, no capabilities, nobody's user, bounded in
 * memory, processors, processes and time. Java and the miner's classes are this process's own, mounted read-only, so the image needs no more than
 * the C library that they are linked to. It is never pulled.
 */
public final class ReplayContainer {
    /** What is not on the command line of the one inside. */
    private static final String MAIN = "io.pithead.miner.Main";

    private static final String LABEL = "pithead.replay";
    private static final String NOBODY = "65534:65534";
    private static final int NOGROUP = 65_534;
    private static final long MIB = 1 << 20;
    /** For Java beside the job, twice: for the one that waits and the one that works. */
    private static final long BESIDE_MB = 512;

    private static final long TMP_MB = 64;
    private static final long CORE = 1_000_000_000L;
    private static final int PIDS = 128;
    private static final int MAX_OUTPUT = 64 * 1024;
    private static final Duration START = Duration.ofSeconds(30);
    private static final long LOOK_MS = 200;

    private final Engine engine;
    private final String image;

    public ReplayContainer(Engine engine, String image) {
        this.engine = engine;
        this.image = image;
    }

    /** @param folder an empty one of the caller's, who removes it */
    public Replay.Outcome run(Replay.Request request, Duration limit, long ramMb, Path folder)
            throws IOException, InterruptedException {
        try {
            Optional<ImageFacts> found = engine.image(image);
            if (found.isEmpty()) {
                return Replay.Outcome.failed("NO_IMAGE", "the engine has no image " + image);
            }
            Path document = Files.write(folder.resolve("replay.json"), Json.write(request));
            // the container's user is nobody
            Files.setPosixFilePermissions(document, PosixFilePermissions.fromString("rw-r--r--"));
            removeLeftovers();
            String id = engine.create(plan(found.get(), document, limit, ramMb));
            try {
                engine.start(id);
                return await(id, limit.plus(START));
            } finally {
                engine.remove(id);
            }
        } catch (EngineException e) {
            return Replay.Outcome.failed("ENGINE", String.valueOf(e.getMessage()));
        }
    }

    /** Of one that was killed. Those that still run end by the limits of what is in them, and are removed by a later replay. */
    private void removeLeftovers() throws EngineException, InterruptedException {
        for (Engine.Listed left : engine.list(Map.of(LABEL, "true"))) {
            if (!left.running()) {
                engine.remove(left.id());
            }
        }
    }

    private ContainerPlan plan(ImageFacts facts, Path document, Duration limit, long ramMb) throws IOException {
        var mounts = new ArrayList<Mount>();
        Path java = Path.of(System.getProperty("java.home")).toRealPath();
        mounts.add(new Mount(java.toString(), "/opt/pithead/java", true));
        mounts.add(new Mount(document.toRealPath().toString(), "/opt/pithead/replay.json", true));
        var inside = new ArrayList<String>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path real = Path.of(entry).toAbsolutePath();
            if (Files.exists(real)) {
                String target = "/opt/pithead/lib/" + mounts.size() + (Files.isDirectory(real) ? "" : ".jar");
                mounts.add(new Mount(real.toRealPath().toString(), target, true));
                inside.add(target);
            }
        }
        return new ContainerPlan(
                "pithead-replay-" + UUID.randomUUID(),
                facts.id(),
                NOBODY,
                NOGROUP,
                List.of("/opt/pithead/java/bin/java"),
                List.of(
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-XX:-UsePerfData",
                        "-cp",
                        String.join(":", inside),
                        MAIN,
                        "replay",
                        "--in=process",
                        "--limit=" + limit.toSeconds(),
                        "--ram=" + ramMb,
                        "/opt/pithead/replay.json"),
                List.of("HOME=/tmp", "LANG=C.UTF-8"),
                Map.of(LABEL, "true"),
                mounts,
                Map.of("/tmp", "rw,nosuid,nodev,noexec,mode=1777,size=" + TMP_MB + "m"),
                (ramMb + BESIDE_MB) * MIB,
                CORE,
                PIDS,
                MIB,
                false,
                List.of(),
                List.of(),
                "");
    }

    private Replay.Outcome await(String id, Duration limit) throws EngineException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        Optional<Seen> seen = engine.inspect(id);
        while (seen.isPresent() && seen.get().state() != Seen.State.EXITED) {
            if (System.nanoTime() - end > 0) {
                return Replay.Outcome.failed("TIME_LIMIT", "it ran longer than " + limit.toSeconds() + " s");
            }
            Thread.sleep(LOOK_MS);
            seen = engine.inspect(id);
        }
        if (seen.isEmpty() || seen.get().outOfMemory()) {
            return Replay.Outcome.failed("MEMORY_LIMIT", "the container was ended for its memory, or removed");
        }
        Replay.Outcome said = said(id);
        return said != null
                ? said
                : Replay.Outcome.failed(
                        "CRASHED", "the container ended with code " + seen.get().exitCode());
    }

    /** The one document on its standard output; nothing else is believed. */
    private Replay.@Nullable Outcome said(String id) throws EngineException, InterruptedException {
        var bytes = new ByteArrayOutputStream();
        try (Engine.Output output = engine.outputSoFar(id, null)) {
            output.forEach((stderr, time, from, start, end) -> {
                if (!stderr && bytes.size() + end - start <= MAX_OUTPUT) {
                    bytes.write(from, start, end - start);
                }
            });
        }
        try {
            return Json.own(bytes.toString(StandardCharsets.UTF_8), Replay.Outcome.class);
        } catch (RuntimeException e) {
            return null;
        }
    }
}
