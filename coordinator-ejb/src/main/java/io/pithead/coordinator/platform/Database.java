package io.pithead.coordinator.platform;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.regex.Pattern;
import javax.sql.DataSource;

/**
 * Short transactions of plain SQL on the server's data source, outside JTA: one connection, one commit. Callers must not
 * be in a container transaction.
 */
@ApplicationScoped
public class Database {
    /** After a deadlock or a serialization failure. */
    private static final int MAX_TRIES = 3;
    /** A database that was killed is often back so soon. */
    private static final long BROKEN_NANOS = Duration.ofSeconds(2).toNanos();

    private static final long BROKEN_PAUSE_MS = 100;
    /** Of the SQL state: connection exceptions, and what a database says that shuts down or starts. */
    private static final Pattern BROKEN = Pattern.compile("08...|57P0.");

    @Resource(lookup = Platform.DATA_SOURCE)
    DataSource dataSource;

    /** What to do on a connection whose transaction is begun and ended by the caller of it. */
    @FunctionalInterface
    public interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    /** Work without a result. */
    @FunctionalInterface
    public interface Action {
        void on(Connection connection) throws SQLException;
    }

    /** For the container. */
    public Database() {}

    /** For tests, which bring a data source of their own. */
    public Database(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /**
     * Runs the work in one transaction; repeats it when the database asks for that (deadlock, serialization), and when its
     * connection turned out to be broken before it was committed. A commit without an answer is not repeated.
     */
    public <T> T inTransaction(Work<T> work) {
        long patience = System.nanoTime() + BROKEN_NANOS;
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = dataSource.getConnection()) {
                return once(connection, work);
            } catch (BrokenException e) {
                if (System.nanoTime() > patience || !pause()) {
                    throw new DatabaseException(e);
                }
            } catch (SQLException e) {
                if (attempt >= MAX_TRIES || !isRetryable(e)) {
                    throw new DatabaseException(e);
                }
            }
        }
    }

    /** Runs the work with each statement a transaction of its own: single reads, single writes. */
    public <T> T withConnection(Work<T> work) {
        try (Connection connection = dataSource.getConnection()) {
            return work.on(connection);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    public void doInTransaction(Action action) {
        inTransaction(connection -> {
            action.on(connection);
            return Boolean.TRUE;
        });
    }

    public void doWithConnection(Action action) {
        withConnection(connection -> {
            action.on(connection);
            return Boolean.TRUE;
        });
    }

    private static <T> T once(Connection connection, Work<T> work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            T result = beforeCommit(connection, work);
            connection.commit();
            return result;
        } catch (SQLException | RuntimeException | Error e) {
            try {
                connection.rollback();
            } catch (SQLException suppressed) {
                e.addSuppressed(suppressed);
            }
            throw e;
        } finally {
            if (!connection.isClosed()) {
                connection.setAutoCommit(true);
            }
        }
    }

    private static <T> T beforeCommit(Connection connection, Work<T> work) throws SQLException {
        try {
            return work.on(connection);
        } catch (SQLException e) {
            String state = e.getSQLState();
            throw state != null && BROKEN.matcher(state).matches() ? new BrokenException(e) : e;
        }
    }

    /** False when the thread is to end. */
    private static boolean pause() {
        try {
            Thread.sleep(BROKEN_PAUSE_MS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** Nothing of it was committed. */
    private static final class BrokenException extends SQLException {
        private static final long serialVersionUID = 1L;

        BrokenException(SQLException cause) {
            super(cause.getMessage(), cause.getSQLState(), cause);
        }
    }

    private static boolean isRetryable(SQLException e) {
        String state = e.getSQLState();
        return "40001".equals(state) || "40P01".equals(state);
    }
}
