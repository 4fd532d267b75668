package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.testing.FreePorts;
import io.pithead.testing.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** How pithead.jar starts, refuses to start, ends, and what it does about those who ended before their time. */
class LauncherIT {
    private static final Duration SOON = Duration.ofSeconds(60);
    private static final Duration AGAIN = Duration.ofSeconds(120);
    private static final int CANNOT_START = 2;
    private static final int UNAUTHORIZED = 401;
    private static final int UNAVAILABLE = 503;

    @Test
    void every_wrong_setting_is_said_at_once(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("pithead.properties"), "server.port=1\npithead.db.url=mysql\n");
        Server server =
                refused("--data", folder.resolve("data").toString(), "--config", file.toString(), "--http-port", "x");
        assertThat(server.output().lines().filter(line -> line.startsWith("pithead: ")))
                .hasSize(5)
                .anyMatch(line -> line.contains("server.port"))
                .anyMatch(line -> line.contains("pithead.http.port is not a port"))
                .anyMatch(line -> line.contains("pithead.db.url"))
                .anyMatch(line -> line.contains("pithead.db.user"))
                .anyMatch(line -> line.contains("pithead.db.password.file"));
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void a_port_that_is_taken_is_one_line(@TempDir Path folder) throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());
            Server server = refused("--data", folder.toString(), "--http-port", port, "--https-port", "0");
            assertThat(server.output().lines())
                    .singleElement()
                    .asString()
                    .startsWith("pithead: port " + port + " of 127.0.0.1 cannot be listened on")
                    .endsWith("choose another one with --http-port");
        }
    }

    @Test
    void it_says_its_version() {
        String output = Server.run(
                "pithead-version",
                SOON,
                Map.of(),
                List.of(Server.java(), "-jar", Server.file("pithead.jar").toString(), "version"));
        assertThat(output).startsWith("pithead ");
    }

    @Test
    void a_server_answers_only_while_its_application_can_keeps_others_out_and_leaves_no_process(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) {
        int port = FreePorts.one();
        var api = Api.open(URI.create("http://127.0.0.1:" + port));
        Set<Integer> statuses = ConcurrentHashMap.newKeySet();
        Server server = PitheadProcess.launch(data, Map.of(), "pithead.http.port=" + port);
        server.await("answers and is ready", AGAIN, () -> {
            ask(api, statuses);
            return server.output().contains("\nready ");
        });
        assertThat(statuses).contains(UNAUTHORIZED);

        Server second = PitheadProcess.launch(data, Map.of());
        assertThat(second.awaitEnd(SOON)).isEqualTo(CANNOT_START);
        assertThat(second.output()).contains("another Pithead runs in").contains(Long.toString(server.pid()));

        assertThat(processesOf(data)).isNotEmpty();
        CompletableFuture<Void> stopping = CompletableFuture.runAsync(server::stop);
        Await.until("it ends", SOON, () -> {
            ask(api, statuses);
            return stopping.isDone();
        });
        assertThat(statuses).isSubsetOf(UNAUTHORIZED, UNAVAILABLE);
        assertThat(server.output()).contains("\nstopped\n");
        assertThat(processesOf(data)).isEmpty();
    }

    /** Whoever has no key is told so, by the application; no connection is no answer. */
    private static void ask(Api api, Set<Integer> statuses) {
        try {
            statuses.add(
                    api.get("/v1/jobs/00000000-0000-7000-8000-000000000000").status());
        } catch (UncheckedIOException nobody) {
            // not yet, or not any more
        }
    }

    @Test
    void an_orphaned_database_is_stopped_a_killed_one_comes_back_and_nothing_is_lost(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path data) throws IOException {
        SmokeStory begun;
        long orphan;
        // without setpriv the kernel does not end the database with the server
        try (PitheadProcess pithead = PitheadProcess.start(data, Map.of("PATH", pathWithoutSetpriv()))) {
            begun = SmokeStory.begin(Api.open(pithead.http()), data).deposit().register("smoke");
            begun.tell("smoke");
            orphan = postmaster(data).orElseThrow().pid();
            pithead.kill();
        }
        assertThat(ProcessHandle.of(orphan)).get().matches(ProcessHandle::isAlive);
        try (PitheadProcess pithead = PitheadProcess.start(data)) {
            assertThat(ProcessHandle.of(orphan).filter(ProcessHandle::isAlive)).isEmpty();
            Api open = Api.open(pithead.http());
            SmokeStory story = begun.on(open);
            story.tell("smoke");
            story.crowd();
            long killed = postmaster(data).orElseThrow().pid();
            ProcessHandle.of(killed).orElseThrow().destroyForcibly();
            pithead.server()
                    .await(
                            "another database",
                            AGAIN,
                            () -> postmaster(data)
                                    .filter(process -> process.pid() != killed)
                                    .isPresent());
            pithead.server()
                    .await("restarted", AGAIN, () -> pithead.server().output().contains("database.restarted"));
            pithead.server()
                    .await("ready again", AGAIN, () -> open.get("/health/ready").status() == 200);
            // every connection died; nobody is given one of them
            story.crowd();
            story.tell("smoke");
            pithead.kill();
            // this one had setpriv
            Await.until(
                    "the database to end with the server",
                    SOON,
                    () -> processesOf(data).isEmpty());
        }
    }

    @Test
    @NeedsPostgres
    void a_database_and_a_broker_of_ones_own_take_the_places_of_the_embedded_ones(
            @TempDir(cleanup = CleanupMode.ON_SUCCESS) Path folder) throws IOException {
        Path data = folder.resolve("data");
        Path databasePassword = Files.writeString(folder.resolve("database"), Postgres.PASSWORD);
        Path brokerPassword = Files.writeString(folder.resolve("broker"), ArtemisBroker.PASSWORD);
        try (Postgres postgres = Postgres.start();
                ArtemisBroker broker = ArtemisBroker.start();
                PitheadProcess pithead = PitheadProcess.start(
                        data,
                        "pithead.db.url=" + postgres.url(),
                        "pithead.db.user=" + Postgres.USER,
                        "pithead.db.password.file=" + databasePassword,
                        "pithead.broker.url=" + broker.url(),
                        "pithead.broker.user=" + ArtemisBroker.USER,
                        "pithead.broker.password.file=" + brokerPassword)) {
            SmokeStory.begin(Api.open(pithead.http()), data)
                    .deposit()
                    .register("smoke")
                    .tell("smoke");
            assertThat(data.resolve("postgres")).doesNotExist();
            assertThat(data.resolve("broker")).doesNotExist();
        }
    }

    private static Server refused(String... arguments) {
        Server server = Server.start(
                "pithead-refused",
                Map.of(),
                Stream.concat(
                                Stream.of(
                                        Server.java(),
                                        "-jar",
                                        Server.file("pithead.jar").toString()),
                                Stream.of(arguments))
                        .toList());
        assertThat(server.awaitEnd(SOON)).as(server.output()).isEqualTo(CANNOT_START);
        return server;
    }

    /** Every process that was started from, or works in, the data directory. */
    private static List<Long> processesOf(Path data) {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains(data.toString())
                        || workingDirectory(process).startsWith(data))
                .map(ProcessHandle::pid)
                .toList();
    }

    private static Path workingDirectory(ProcessHandle process) {
        try {
            return Path.of("/proc", Long.toString(process.pid()), "cwd").toRealPath();
        } catch (IOException e) {
            return Path.of("/");
        }
    }

    private static Optional<ProcessHandle> postmaster(Path data) {
        try {
            String pid = Files.readAllLines(data.resolve("postgres/data/postmaster.pid"))
                    .get(0);
            return ProcessHandle.of(Long.parseLong(pid.strip()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** The programs on the PATH, one excepted. */
    private static String pathWithoutSetpriv() throws IOException {
        Path folder = Scratch.folder("pithead-e2e-path");
        for (String program : List.of("unshare", "setsid", "sh", "true")) {
            Path found = Stream.of("/usr/bin", "/bin")
                    .map(bin -> Path.of(bin, program))
                    .filter(Files::isExecutable)
                    .findFirst()
                    .orElseThrow(() -> new UncheckedIOException(new IOException(program)));
            Files.createSymbolicLink(folder.resolve(program), found);
        }
        return folder.toString();
    }
}
