package io.pithead.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** What the figures were measured on. */
record Machine(int cores, long memoryMb, String cpu, String load, String java, Instant at) {
    private static final long KIB_PER_MB = 1024;

    static Machine here() throws IOException {
        return new Machine(
                Runtime.getRuntime().availableProcessors(),
                kib(Path.of("/proc/meminfo"), "MemTotal:") / KIB_PER_MB,
                cpuModel(),
                Files.readString(Path.of("/proc/loadavg")).strip().replaceAll("( \\d+/.*)", ""),
                System.getProperty("java.runtime.version"),
                Instant.now().truncatedTo(ChronoUnit.SECONDS));
    }

    private static String cpuModel() throws IOException {
        return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown CPU");
    }

    /** A figure of a {@code NAME: VALUE kB} file of {@code /proc}. */
    static long kib(Path file, String name) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.replaceAll("\\D+", ""))
                .mapToLong(Long::parseLong)
                .findFirst()
                .orElse(0);
    }

    String line() {
        return cores + " cores, " + memoryMb + " MB, " + cpu + ", Java " + java + ", load average at start " + load
                + ", " + at;
    }
}
