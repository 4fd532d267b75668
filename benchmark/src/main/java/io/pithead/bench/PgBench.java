package io.pithead.bench;

import io.pithead.db.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.ds.PGSimpleDataSource;

/** How fast the database alone takes the rows that a job leaves, in a database of its own in the server's cluster. */
final class PgBench {
    private static final String DATABASE = "pithead_limit";
    /** The server writes jobs from three places: submissions, claims, proofs. */
    private static final int CLIENTS = 3;

    /** Says much at INFO that nobody asked here; held, because the logging system forgets loggers nobody holds. */
    private static final Logger FLYWAY = Logger.getLogger("org.flywaydb");

    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");

    private final Server server;
    private final Path folder;

    PgBench(Server server, Path folder) {
        this.server = server;
        this.folder = folder;
    }

    /** Empty when there is no pgbench on this machine. */
    Optional<Double> jobsPerSecond(int jobsPerTransaction, Duration time)
            throws IOException, InterruptedException, SQLException {
        Path prepare = unpack("limit-prepare.sql");
        Path script = unpack("limit.sql");
        prepare(prepare);
        var builder = new ProcessBuilder(List.of(
                        "pgbench",
                        "--no-vacuum",
                        "--protocol=prepared",
                        "--client=" + CLIENTS,
                        "--jobs=1",
                        "--time=" + time.toSeconds(),
                        "--define=n=" + jobsPerTransaction,
                        "--file=" + script,
                        "--host=127.0.0.1",
                        "--port=" + server.databasePort(),
                        "--username=pithead",
                        DATABASE))
                .redirectErrorStream(true);
        builder.environment().put("PGPASSWORD", server.databasePassword());
        Process pgbench;
        try {
            pgbench = builder.start();
        } catch (IOException e) {
            return Optional.empty();
        }
        String said = new String(pgbench.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!pgbench.waitFor(time.plus(GRACE).toSeconds(), TimeUnit.SECONDS)) {
            pgbench.destroy();
        }
        Matcher tps = TPS.matcher(said);
        if (!tps.find() || said.contains("aborted")) {
            throw new IOException("pgbench: " + said);
        }
        return Optional.of(Double.parseDouble(tps.group(1)) * jobsPerTransaction);
    }

    private void prepare(Path script) throws IOException, SQLException {
        try (var maintenance = server.database("postgres");
                var statement = maintenance.createStatement()) {
            statement.execute("drop database if exists " + DATABASE);
            statement.execute("create database " + DATABASE);
        }
        var source = new PGSimpleDataSource();
        source.setUrl("jdbc:postgresql://127.0.0.1:" + server.databasePort() + "/" + DATABASE);
        source.setUser("pithead");
        source.setPassword(server.databasePassword());
        FLYWAY.setLevel(Level.WARNING);
        Schema.migrate(source);
        try (var database = source.getConnection();
                var statement = database.createStatement()) {
            statement.execute(Files.readString(script));
        }
    }

    private Path unpack(String name) {
        try (InputStream in = Objects.requireNonNull(PgBench.class.getResourceAsStream(name), name)) {
            Path file = folder.resolve(name);
            Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
