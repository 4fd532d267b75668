package io.pithead.coordinator.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.testing.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseIT {
    private static final TestDatabase ROWS = TestDatabase.create();

    private final AtomicInteger runs = new AtomicInteger();

    @BeforeEach
    void table() {
        ROWS.update("drop table if exists written");
        ROWS.update("create table written (n integer)");
    }

    @Test
    void a_connection_that_breaks_before_the_commit_costs_nothing() {
        ROWS.database().doInTransaction(connection -> {
            write(connection);
            if (runs.incrementAndGet() < 3) {
                end(connection);
            }
            write(connection);
        });

        assertThat(runs).hasValue(3);
        assertThat(ROWS.number("select count(*) from written")).isEqualTo(2);
    }

    @Test
    void a_commit_without_an_answer_is_not_tried_again() {
        assertThatThrownBy(() -> ROWS.database().doInTransaction(connection -> {
                    runs.incrementAndGet();
                    write(connection);
                    end(connection);
                }))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.isPassing()).isTrue());

        assertThat(runs).hasValue(1);
    }

    @Test
    void a_database_that_stays_away_is_not_asked_for_ever() {
        assertThatThrownBy(() -> ROWS.database().doInTransaction(connection -> {
                    runs.incrementAndGet();
                    end(connection);
                    write(connection);
                }))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.isPassing()).isTrue());

        assertThat(runs).hasValueGreaterThan(2);
        assertThat(ROWS.number("select count(*) from written")).isZero();
    }

    @Test
    void what_the_database_refuses_is_tried_once() {
        assertThatThrownBy(() -> ROWS.database().doInTransaction(connection -> {
                    runs.incrementAndGet();
                    execute(connection, "insert into written values ('no number')");
                }))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.isPassing()).isFalse());

        assertThat(runs).hasValue(1);
    }

    private static void write(Connection connection) throws SQLException {
        execute(connection, "insert into written values (1)");
    }

    /** As a database that is killed does. */
    private static void end(Connection connection) throws SQLException {
        long pid;
        try (var statement = connection.createStatement();
                var row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            pid = row.getLong(1);
        }
        ROWS.number("select case when pg_terminate_backend(" + pid + ", 10000) then 1 else 0 end");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
