package io.pithead.coordinator.platform;

import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/**
 * Short transactions of plain SQL on the server's data source, outside JTA: one connection, one commit. Callers must not
 * be in a container transaction.
 */
@ApplicationScoped
public class Database {
    /** Deadlock, serialization failure, and the connection losses that a restart of the database causes. */
    private static final int MAX_TRIES = 3;

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

    /** Runs the work in one transaction; repeats it when the database asks for that (deadlock, serialization). */
    public <T> T inTransaction(Work<T> work) {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = dataSource.getConnection()) {
                return once(connection, work);
            } catch (SQLException e) {
                if (attempt == MAX_TRIES || !isRetryable(e)) {
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
            T result = work.on(connection);
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

    private static boolean isRetryable(SQLException e) {
        String state = e.getSQLState();
        return "40001".equals(state) || "40P01".equals(state);
    }
}
