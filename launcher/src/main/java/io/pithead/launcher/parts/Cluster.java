package io.pithead.launcher.parts;

import io.pithead.launcher.CannotStartException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** One PostgreSQL cluster on disk and the programs that serve it. */
final class Cluster {
    static final String USER = "pithead";
    private static final long INITDB_SECONDS = 180;
    private static final long STOP_SECONDS = 60;
    private static final long KILL_SECONDS = 10;
    /** What suits a machine that is shared with the application server; an operator edits postgresql.conf. */
    private static final String TUNING = """

            # Pithead
            max_connections = 100
            shared_buffers = 256MB
            max_wal_size = 2GB
            random_page_cost = 1.1
            effective_io_concurrency = 64
            checkpoint_completion_target = 0.9
            log_min_messages = warning
            log_line_prefix = '%m [%p] '
            """;

    private final Path programs;
    private final Path data;
    private final Path log;
    private final Unprivileged unprivileged;

    Cluster(Path programs, Path data, Path log, Unprivileged unprivileged) {
        this.programs = programs;
        this.data = data;
        this.log = log;
        this.unprivileged = unprivileged;
    }

    /** Makes the cluster when there is none; one that was only half made is made again. */
    void initialize(String password) throws IOException, InterruptedException, CannotStartException {
        if (Files.exists(data)) {
            return;
        }
        Path fresh = data.resolveSibling(data.getFileName() + ".new");
        delete(fresh);
        Files.createDirectories(fresh);
        unprivileged.own(fresh);
        Path passwordFile = Files.createTempFile(data.getParent(), "initdb", null);
        try {
            Files.writeString(passwordFile, password);
            unprivileged.own(passwordFile);
            run(
                    INITDB_SECONDS,
                    List.of(
                            program("initdb"),
                            "--pgdata=" + fresh,
                            "--username=" + USER,
                            "--pwfile=" + passwordFile,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8",
                            "--locale=C",
                            "--data-checksums",
                            "--no-instructions"));
        } finally {
            Files.deleteIfExists(passwordFile);
        }
        Files.writeString(fresh.resolve("postgresql.conf"), TUNING, StandardOpenOption.APPEND);
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    }

    Process serve(int port) throws IOException, InterruptedException {
        List<String> command = List.of(
                program("postgres"),
                "-D",
                data.toString(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "port=" + port,
                "-c",
                "unix_socket_directories=",
                "-c",
                "fsync=on",
                "-c",
                "synchronous_commit=on",
                "-c",
                "full_page_writes=on",
                "-c",
                "logging_collector=off",
                "-c",
                "log_destination=stderr");
        return new ProcessBuilder(unprivileged.boundToThisProcess(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Stops what still serves this cluster from a previous life, and clears what the dead leave behind. */
    void clearPreviousLife() throws IOException, InterruptedException, CannotStartException {
        Optional<ProcessHandle> orphan = postmaster();
        if (orphan.isPresent()) {
            stop(orphan.get());
        }
        // PostgreSQL refuses to start when the number in here belongs to any live process of the same user
        Files.deleteIfExists(data.resolve("postmaster.pid"));
    }

    /** The process that the pid file names, if it is a postgres that works in this very folder. */
    private Optional<ProcessHandle> postmaster() throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(data.resolve("postmaster.pid"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        try {
            long pid = Long.parseLong(lines.isEmpty() ? "" : lines.get(0).strip());
            return ProcessHandle.of(pid).filter(this::servesThisCluster);
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    private boolean servesThisCluster(ProcessHandle process) {
        Path proc = Path.of("/proc", Long.toString(process.pid()));
        try {
            String name = Files.readString(proc.resolve("comm")).strip();
            return name.equals("postgres") && Files.isSameFile(proc.resolve("cwd"), data);
        } catch (IOException e) {
            return false;
        }
    }

    /** A fast shutdown: open transactions are rolled back, everything committed is on disk. */
    void stop(ProcessHandle process) throws InterruptedException, CannotStartException {
        try {
            run(
                    STOP_SECONDS + KILL_SECONDS,
                    List.of(
                            program("pg_ctl"),
                            "stop",
                            "--pgdata=" + data,
                            "--mode=fast",
                            "--wait",
                            "--timeout=" + STOP_SECONDS));
        } catch (IOException | CannotStartException e) {
            process.destroyForcibly();
        }
        try {
            process.onExit().get(KILL_SECONDS, TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException e) {
            throw new CannotStartException(
                    "the database process " + process.pid() + " of an earlier start does not end: end it by hand", e);
        }
    }

    private String program(String name) {
        return programs.resolve("bin").resolve(name).toString();
    }

    private void run(long seconds, List<String> command)
            throws IOException, InterruptedException, CannotStartException {
        Process process = new ProcessBuilder(unprivileged.command(command))
                .directory(programs.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        if (!process.waitFor(seconds, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new CannotStartException(command.get(0) + " took longer than " + seconds + " s: see " + log);
        }
        if (process.exitValue() != 0) {
            throw new CannotStartException(command.get(0) + " failed: " + lastLines());
        }
    }

    /** The end of the log, for the person who has to find out why. */
    String lastLines() {
        try {
            List<String> lines = new ArrayList<>(Files.readAllLines(log, StandardCharsets.UTF_8));
            List<String> tail = lines.subList(Math.max(0, lines.size() - 3), lines.size());
            return String.join(" | ", tail) + " (" + log + ")";
        } catch (IOException e) {
            return "see " + log;
        }
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) inside.sorted(Comparator.reverseOrder())::iterator) {
                Files.delete(path);
            }
        }
    }
}
