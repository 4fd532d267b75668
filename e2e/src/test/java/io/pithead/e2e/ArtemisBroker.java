package io.pithead.e2e;

import io.pithead.testing.FreePorts;
import io.pithead.testing.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A standalone Artemis with the broker.xml that Pithead ships. */
final class ArtemisBroker implements AutoCloseable {
    static final String USER = "pithead";
    static final String PASSWORD = "e2e-broker";
    private static final Duration LIMIT = Duration.ofSeconds(90);

    private final Path folder;
    private final Path instance;
    private final int port = FreePorts.one();
    private @Nullable Server server;

    private ArtemisBroker(Path folder) {
        this.folder = folder;
        this.instance = folder.resolve("instance");
    }

    static ArtemisBroker start() {
        try {
            ArtemisBroker broker = new ArtemisBroker(Scratch.folder("pithead-e2e-artemis"));
            broker.create();
            broker.run();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void create() throws IOException {
        Path program = Server.file("artemis.home").resolve("bin").resolve("artemis");
        Server.run(
                "artemis-create",
                LIMIT,
                environment(),
                List.of(
                        program.toString(),
                        "create",
                        "--user",
                        USER,
                        "--password",
                        PASSWORD,
                        "--role",
                        "pithead",
                        "--require-login",
                        "--no-web",
                        "--no-autotune",
                        "--nio",
                        instance.toString()));
        Files.copy(
                Server.file("pithead.broker.xml"),
                instance.resolve("etc/broker.xml"),
                StandardCopyOption.REPLACE_EXISTING);
    }

    /** Starts it, also after it was killed. */
    void run() {
        Server started = Server.start(
                "artemis",
                environment(),
                List.of(instance.resolve("bin").resolve("artemis").toString(), "run"));
        server = started;
        started.await("listening", LIMIT, () -> Server.listens(port));
    }

    private Map<String, String> environment() {
        String properties = "-Dpithead.broker.data=" + instance.resolve("data") + " -Dpithead.broker.host=127.0.0.1"
                + " -Dpithead.broker.port=" + port;
        return Map.of("JAVA_HOME", System.getProperty("java.home"), "JAVA_ARGS_APPEND", properties);
    }

    /** After a kill: everything in it can be lost. */
    void wipe() {
        try (Stream<Path> files = Files.walk(instance.resolve("data"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return port;
    }

    String url() {
        return "tcp://127.0.0.1:" + port;
    }

    void kill() {
        if (server != null) {
            server.kill();
        }
    }

    @Override
    public void close() {
        if (server != null && server.isAlive()) {
            server.stop();
        }
        Scratch.remove(folder);
    }
}
