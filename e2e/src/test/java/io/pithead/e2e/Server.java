package io.pithead.e2e;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process that a test starts, and ends by its id. */
final class Server {
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final Duration KILLED = Duration.ofSeconds(15);
    private static final int CONNECT_MILLIS = 500;
    /** No server here lives long enough for the second compiler, which takes a third of a start's processor time. */
    static final List<String> SHORT_LIFE = List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

    private final String name;
    private final Path log;
    private final Process process;

    private Server(String name, Path log, Process process) {
        this.name = name;
        this.log = log;
        this.process = process;
    }

    static Server start(String name, Map<String, String> environment, List<String> command) {
        Path log = log(name);
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            return new Server(name, log, builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a command that ends by itself. */
    static String run(String name, Duration limit, Map<String, String> environment, List<String> command) {
        Server server = start(name, environment, command);
        try {
            if (!server.process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                server.kill();
                throw new AssertionError(name + " took longer than " + limit.toSeconds() + " s: " + server.tail());
            }
        } catch (InterruptedException e) {
            server.kill();
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
        if (server.process.exitValue() != 0) {
            throw new AssertionError(name + " failed with " + server.process.exitValue() + ": " + server.tail());
        }
        return server.output();
    }

    /** A new file under target/, whose name says what it is from; servers may be started at the same moment. */
    static Path log(String name) {
        try {
            Path folder = Files.createDirectories(Path.of(System.getProperty("e2e.logs", "target/e2e")));
            Path log = folder.resolve(name + ".log");
            for (int number = 2; ; number++) {
                try {
                    return Files.createFile(log);
                } catch (FileAlreadyExistsException e) {
                    log = folder.resolve(name + "-" + number + ".log");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The file that the build made. */
    static Path file(String property) {
        Path path = Path.of(System.getProperty(property)).normalize();
        if (!Files.exists(path)) {
            throw new AssertionError(path + " is missing: build the whole project, or run ./verify");
        }
        return path;
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static boolean listens(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Waits for something that this process does; says its last words when it ends before. */
    void await(String what, Duration limit, java.util.concurrent.Callable<Boolean> condition) {
        Await.until(name + ": " + what, limit, () -> {
            if (condition.call()) {
                return true;
            }
            if (!process.isAlive()) {
                throw new Ended(name + " ended with " + process.exitValue() + ": " + tail());
            }
            return false;
        });
    }

    /** An error, so that nobody waits on. */
    private static final class Ended extends AssertionError {
        private static final long serialVersionUID = 1L;

        Ended(String message) {
            super(message);
        }
    }

    String output() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String tail() {
        List<String> lines = output().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** @return the exit code */
    int awaitEnd(Duration limit) {
        Await.until(name + " to end", limit, () -> !process.isAlive());
        return process.exitValue();
    }

    /** SIGTERM, then time to end by itself; what needs longer has a fault, and is killed. */
    void stop() {
        process.destroy();
        try {
            if (!process.waitFor(GRACE.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
                throw new AssertionError(name + " did not end on SIGTERM: " + tail());
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    /** SIGKILL. */
    void kill() {
        process.destroyForcibly();
        Await.until(name + " to be dead", KILLED, () -> !process.isAlive());
    }
}
