package io.pithead.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of the demo and its log. */
final class Child implements AutoCloseable {
    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);
    private static final Duration RUN_LIMIT = Duration.ofSeconds(60);

    private final String name;
    private final Process process;
    private final Path log;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    /** Starts it; what it prints goes to {@code LOGS/name.log}, which is begun anew. */
    static Child start(String name, Path logs, Map<String, String> environment, List<String> command)
            throws IOException {
        Files.createDirectories(
                logs, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Path log = logs.resolve(name + ".log");
        Files.deleteIfExists(log);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new Child(name, builder.start(), log);
    }

    /** Runs it to its end. */
    static Ended run(Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException, DemoException {
        return run(RUN_LIMIT, environment, command);
    }

    static Ended run(Duration limit, Map<String, String> environment, List<String> command)
            throws IOException, InterruptedException, DemoException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new DemoException(command.get(0) + " took longer than " + limit.toSeconds() + " s");
        }
        return new Ended(process.exitValue(), output.strip());
    }

    /** How a process ended. */
    record Ended(int exit, String output) {}

    boolean isAlive() {
        return process.isAlive();
    }

    int exit() {
        return process.exitValue();
    }

    String output() throws IOException {
        return Files.readString(log);
    }

    Path log() {
        return log;
    }

    String name() {
        return name;
    }

    /** SIGTERM, and SIGKILL when that takes too long. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
