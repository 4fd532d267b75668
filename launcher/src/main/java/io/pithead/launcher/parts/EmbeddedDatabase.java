package io.pithead.launcher.parts;

import io.pithead.launcher.CannotStartException;
import io.pithead.launcher.Part;
import io.pithead.launcher.Ports;
import io.pithead.launcher.Secrets;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * PostgreSQL as a child process on a port of the loopback address, with a generated password. The port is in
 * {@code postgres/port} and stays the same as long as nobody else takes it; the password is in {@code secrets/database}.
 */
public final class EmbeddedDatabase implements Part {
    private static final Logger LOG = System.getLogger(EmbeddedDatabase.class.getName());
    private static final String DATABASE = "pithead";
    private static final String MAINTENANCE_DATABASE = "postgres";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final long PAUSE_MILLIS = 50;
    /** A port may be taken between choosing and using it; a killed server's shared memory is held for moments. */
    private static final int MAX_STARTS = 20;

    private static final long PAUSE_BETWEEN_STARTS_MILLIS = 500;
    private static final Duration STOP_LIMIT = Duration.ofSeconds(90);

    private final Path bundle;
    private final Path folder;
    private final Path log;
    private final Path passwordFile;
    /** The kernel's death signal goes out when the starting thread ends, so one thread starts every database process. */
    private final ScheduledExecutorService starter = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("database").daemon().factory());

    private @Nullable Cluster cluster;
    private volatile @Nullable Process process;
    private volatile boolean stopping;
    private int port;
    private String password = "";

    public EmbeddedDatabase(Path bundle, Path data) {
        this.bundle = bundle;
        this.folder = data.resolve("postgres");
        this.log = data.resolve("log").resolve("postgres.log");
        this.passwordFile = data.resolve("secrets").resolve("database");
    }

    @Override
    public void start() throws CannotStartException, InterruptedException {
        Future<?> started = starter.submit(() -> {
            prepare();
            serve();
            return null;
        });
        try {
            started.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CannotStartException cannot) {
                throw cannot;
            }
            throw new CannotStartException("the embedded database does not start: " + e.getCause(), e.getCause());
        }
    }

    private void prepare() throws IOException, InterruptedException, CannotStartException {
        Files.createDirectories(folder);
        Files.createDirectories(log.getParent());
        password = Secrets.readOrCreate(passwordFile);
        Path data = folder.resolve("data");
        Cluster found = new Cluster(PostgresBinaries.unpack(bundle), data, log, Unprivileged.find(data));
        cluster = found;
        found.initialize(password);
        found.clearPreviousLife();
        port = Ports.remembered(folder.resolve("port"));
    }

    /** Starts it and waits until it answers; then watches it. Runs on the starter's thread only. */
    private void serve() throws IOException, InterruptedException, CannotStartException {
        Cluster known = Objects.requireNonNull(cluster);
        Instant deadline = Instant.now().plus(START_LIMIT);
        for (int attempt = 1; ; attempt++) {
            Process started = known.serve(port);
            process = started;
            if (answers(started, deadline)) {
                started.onExit().thenRun(() -> died(started));
                return;
            }
            if (attempt == MAX_STARTS || stopping || Instant.now().isAfter(deadline)) {
                started.destroyForcibly();
                throw new CannotStartException("the embedded database does not start: " + known.lastLines());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_BETWEEN_STARTS_MILLIS);
        }
    }

    private boolean answers(Process started, Instant deadline) throws InterruptedException, CannotStartException {
        while (started.isAlive() && Instant.now().isBefore(deadline)) {
            try (Connection connection = connect(MAINTENANCE_DATABASE)) {
                requireDurable(connection);
                createDatabase(connection);
                return true;
            } catch (SQLException e) {
                LOG.log(Level.DEBUG, () -> "database.starting state=" + e.getSQLState());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        return false;
    }

    /** What is acknowledged must survive a power cut: these three are asked for, and here it is seen that they hold. */
    private static void requireDurable(Connection connection) throws SQLException, CannotStartException {
        for (String setting : new String[] {"fsync", "synchronous_commit", "full_page_writes"}) {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("show " + setting)) {
                row.next();
                if (!"on".equals(row.getString(1))) {
                    throw new CannotStartException("the embedded database runs with " + setting + "=" + row.getString(1)
                            + ": remove that from its postgresql.auto.conf or role settings");
                }
            }
        }
    }

    private static void createDatabase(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            try (ResultSet row =
                    statement.executeQuery("select 1 from pg_database where datname = '" + DATABASE + "'")) {
                if (row.next()) {
                    return;
                }
            }
            statement.execute("create database " + DATABASE);
        }
    }

    private Connection connect(String database) throws SQLException {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"127.0.0.1"});
        source.setPortNumbers(new int[] {port});
        source.setDatabaseName(database);
        source.setUser(Cluster.USER);
        source.setPassword(password);
        source.setConnectTimeout(5);
        source.setSocketTimeout(30);
        return source.getConnection();
    }

    private void died(Process dead) {
        if (stopping) {
            return;
        }
        LOG.log(Level.ERROR, () -> "database.died pid=" + dead.pid() + " exit=" + dead.exitValue());
        starter.execute(this::serveAgain);
    }

    private void serveAgain() {
        if (stopping) {
            return;
        }
        try {
            Objects.requireNonNull(cluster).clearPreviousLife();
            serve();
            LOG.log(Level.INFO, () -> "database.restarted port=" + port);
        } catch (IOException | CannotStartException e) {
            LOG.log(Level.ERROR, () -> "database.not_restarted reason=" + e.getMessage());
            starter.schedule(this::serveAgain, START_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public Map<String, String> settings() {
        return Map.of(
                "pithead.db.url",
                "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE,
                "pithead.db.user",
                Cluster.USER,
                "pithead.db.password",
                password);
    }

    @Override
    public void close() {
        stopping = true;
        Future<?> stopped = starter.submit(this::stopProcess);
        starter.shutdown();
        try {
            stopped.get(STOP_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (java.util.concurrent.ExecutionException | TimeoutException e) {
            LOG.log(Level.ERROR, "database.not_stopped", e);
            forceEnd();
        } catch (InterruptedException e) {
            forceEnd();
            Thread.currentThread().interrupt();
        }
    }

    private void stopProcess() {
        Process running = process;
        Cluster known = cluster;
        if (running == null || known == null || !running.isAlive()) {
            return;
        }
        try {
            known.stop(running.toHandle());
        } catch (CannotStartException e) {
            LOG.log(Level.ERROR, "database.not_stopped", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void forceEnd() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
        }
    }
}
