package io.pithead.bench;

import io.pithead.miner.container.DockerHost;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The engine of this machine through its own command: what people would do by hand. */
final class Docker {
    static final String IMAGE = "pithead-bench:base";
    private static final long LIMIT_SECONDS = 60;
    private static final List<Path> BUSYBOX = List.of(Path.of("/usr/bin/busybox"), Path.of("/bin/busybox"));

    private Docker() {}

    /** Makes the image; empty when containers can run, otherwise what to do about it. */
    static Optional<String> obstacle(Path scratch) throws IOException, InterruptedException {
        Optional<Path> busybox = BUSYBOX.stream().filter(Files::isExecutable).findFirst();
        if (busybox.isEmpty()) {
            return Optional.of("not measured: apt-get install busybox-static");
        }
        Path bin = Files.createDirectories(scratch.resolve("bin"));
        for (String name : List.of("sh", "sleep", "yes", "head")) {
            Path copy = bin.resolve(name);
            if (!Files.exists(copy)) {
                Files.copy(busybox.get(), copy, java.nio.file.StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        Path tar = scratch.resolve("image.tar");
        try {
            command("tar", "-C", scratch.toString(), "-cf", tar.toString(), "bin");
            docker("import", tar.toString(), IMAGE);
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("not measured: apt-get install docker.io, and start dockerd");
        }
    }

    static DockerHost host() {
        return new DockerHost(
                Optional.ofNullable(System.getenv("DOCKER_HOST")).orElse(DockerHost.DEFAULT_URL), Optional.empty());
    }

    static String docker(String... words) throws IOException, InterruptedException {
        var command = new ArrayList<String>(List.of("docker"));
        command.addAll(List.of(words));
        return command(command.toArray(String[]::new));
    }

    /** When its program was started, by the engine's clock, which is this machine's. */
    static Instant startedAt(String container) throws IOException, InterruptedException {
        return Instant.parse(docker("inspect", "-f", "{{.State.StartedAt}}", container));
    }

    private static String command(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroy();
            throw new IOException(String.join(" ", words) + ": " + said);
        }
        return said;
    }
}
