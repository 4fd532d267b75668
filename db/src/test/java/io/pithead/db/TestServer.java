package io.pithead.db;

import io.pithead.testing.TestPostgres;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** A migrated database, and short ways to ask one. */
final class TestServer {
    private TestServer() {}

    /** A database as this release leaves it. */
    static DataSource migrated() {
        DataSource database = TestPostgres.empty();
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
