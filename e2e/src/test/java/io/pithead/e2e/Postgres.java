package io.pithead.e2e;

import io.pithead.testing.FreePorts;
import io.pithead.testing.Scratch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A PostgreSQL of the operating system, with a cluster and a port of its own. */
final class Postgres implements AutoCloseable {
    static final String USER = "pithead";
    static final String PASSWORD = "e2e-database";
    private static final String ROOT = "root";
    private static final String SYSTEM_USER = "postgres";
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Path programs;
    private final Path folder;
    private final int port = FreePorts.one();
    private @Nullable Server server;

    private final List<String> options;

    private Postgres(Path programs, Path folder, List<String> options) {
        this.programs = programs;
        this.folder = folder;
        this.options = options;
    }

    /** Where the operating system keeps its newest PostgreSQL. */
    static Optional<Path> installed() {
        Path versions = Path.of("/usr/lib/postgresql");
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        try (Stream<Path> found = Files.list(versions)) {
            return found.map(version -> version.resolve("bin"))
                    .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                    .max(Comparator.naturalOrder());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** @param options lines of its configuration, as {@code name = value} */
    static Postgres start(String... options) {
        try {
            Path folder = Scratch.folder("pithead-e2e-postgres");
            Postgres postgres = new Postgres(installed().orElseThrow(), folder, List.of(options));
            postgres.initialize();
            postgres.run();
            postgres.execute("postgres", "create database pithead");
            return postgres;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void initialize() throws IOException {
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        give(folder);
        give(password);
        List<String> command = List.of(
                programs.resolve("initdb").toString(),
                "--pgdata=" + folder.resolve("data"),
                "--username=" + USER,
                "--pwfile=" + password,
                "--auth=scram-sha-256",
                "--encoding=UTF8",
                "--locale=C.UTF-8");
        Server.run("postgres-initdb", LIMIT, Map.of(), unprivileged(command));
        // in the file and not on the command line: a copy of the data starts with the same
        Files.writeString(
                folder.resolve("data/postgresql.conf"),
                "max_connections = 200\n" + String.join("\n", options) + "\n",
                StandardOpenOption.APPEND);
    }

    /** Starts it after a kill; its children may outlive the postmaster for a moment, and it refuses to start beside them. */
    void revive() {
        Await.until("the database to start again", LIMIT, () -> {
            try {
                run();
                return true;
            } catch (AssertionError beside) {
                return false;
            }
        });
    }

    /** Starts it, also after it was killed. */
    void run() {
        var command = new ArrayList<>(List.of(
                programs.resolve("postgres").toString(),
                "-D",
                folder.resolve("data").toString(),
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "port=" + port,
                "-c",
                "unix_socket_directories="));
        Server started = Server.start("postgres", Map.of(), unprivileged(command));
        server = started;
        started.await("accepting connections", LIMIT, () -> {
            try (Connection ignored = connect("postgres")) {
                return true;
            } catch (SQLException e) {
                return false;
            }
        });
    }

    /** To the user that {@link #unprivileged} commands run as. */
    static void give(Path path) throws IOException {
        if (isRoot()) {
            Files.setOwner(
                    path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(SYSTEM_USER));
        }
    }

    private static boolean isRoot() {
        return ROOT.equals(System.getProperty("user.name"));
    }

    /** PostgreSQL does not run as root. */
    static List<String> unprivileged(List<String> command) {
        if (!isRoot()) {
            return command;
        }
        List<String> whole = new ArrayList<>(List.of("setpriv", "--reuid=" + SYSTEM_USER, "--clear-groups"));
        whole.addAll(command);
        return whole;
    }

    /** As the user that owns everything. */
    Connection connect() throws SQLException {
        return connect("pithead");
    }

    /** Another database of the same owner. */
    void create(String database) {
        execute("postgres", "create database " + database);
    }

    Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(url(database), USER, PASSWORD);
    }

    void execute(String database, String sql) {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new AssertionError(sql, e);
        }
    }

    int port() {
        return port;
    }

    String url() {
        return url("pithead");
    }

    String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database;
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
