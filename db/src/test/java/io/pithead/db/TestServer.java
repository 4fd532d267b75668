package io.pithead.db;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;

/** One real PostgreSQL for all tests, and databases of their own in it. */
final class TestServer {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final EmbeddedPostgres RUNNING = start();

    private TestServer() {}

    private static EmbeddedPostgres start() {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.builder().start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(server)));
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void stop(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A database with nothing in it. */
    static DataSource empty() throws SQLException {
        String name = "it_" + COUNT.incrementAndGet();
        try (Connection connection = RUNNING.getPostgresDatabase().getConnection()) {
            run(connection, "create database " + name);
        }
        return RUNNING.getDatabase("postgres", name);
    }

    /** A database as this release leaves it. */
    static DataSource migrated() throws SQLException {
        DataSource database = empty();
        Schema.migrate(database);
        return database;
    }

    static void run(Connection connection, String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** What a test does in the transaction of others. */
    @FunctionalInterface
    interface Action {
        void on(Connection connection) throws SQLException;
    }

    /** Leaves the transaction as it was, whatever happened in it. */
    static void undone(Connection connection, Action action) throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            action.on(connection);
        } finally {
            connection.rollback(before);
        }
    }

    /** The first column of every row, as text. */
    static List<String> column(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            var values = new ArrayList<String>();
            while (row.next()) {
                values.add(String.valueOf(row.getString(1)));
            }
            return values;
        }
    }

    static String value(Connection connection, String sql) throws SQLException {
        return column(connection, sql).getFirst();
    }
}
