package io.pithead.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.testing.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;

/** From nothing, from every earlier version with rows in it, by several instances at once; and never changed afterwards. */
class MigrationIT {
    @Test
    void a_second_start_has_nothing_to_do() throws SQLException {
        DataSource database = TestPostgres.empty();

        assertThat(Schema.migrate(database)).isEqualTo(versions(database).size());
        assertThat(Schema.migrate(database)).isZero();
    }

    @Test
    void several_instances_that_start_at_once_migrate_once() throws Exception {
        DataSource database = TestPostgres.empty();
        Callable<Integer> start = () -> Schema.migrate(database);
        try (var threads = Executors.newFixedThreadPool(4)) {
            int applied = 0;
            for (var done : threads.invokeAll(List.of(start, start, start, start))) {
                applied += done.get();
            }
            assertThat(applied).isEqualTo(versions(database).size());
        }
    }

    @Test
    void rows_of_every_earlier_version_live_on() throws SQLException {
        for (String from : List.of("001", "002", "003", "005")) {
            DataSource database = TestPostgres.empty();
            Flyway.configure(Schema.class.getClassLoader())
                    .dataSource(database)
                    .locations("classpath:db/migration")
                    .target(from)
                    .load()
                    .migrate();
            try (Connection connection = database.getConnection()) {
                TestServer.run(connection, Row.WORLD);
                for (String table :
                        List.of("job", "job_spec", "job_event", "job_result", "ledger_entry", "receipt", "audit")) {
                    TestServer.run(connection, Row.of(table).insert());
                }

                Schema.migrate(database);

                assertThat(TestServer.value(connection, "select sum(balance) from ledger_account"))
                        .as("from %s", from)
                        .isEqualTo("0");
                assertThat(TestServer.value(connection, "select count(*) from job, job_event"))
                        .isEqualTo("1");
            }
        }
    }

    /** A migration that somewhere has run is history: a change is a new file, and these lines only grow. */
    @Test
    void no_migration_is_edited_after_it_was_merged() throws SQLException {
        DataSource database = TestServer.migrated();
        try (Connection connection = database.getConnection()) {
            String applied = String.join(
                            "\n",
                            TestServer.column(
                                    connection,
                                    "select script || ' ' || checksum from flyway_schema_history order by installed_rank"))
                    + "\n";

            assertThat(applied).isEqualTo(resource("/checksums.txt"));
        }
    }

    private static List<String> versions(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return TestServer.column(connection, "select version from flyway_schema_history where success");
        }
    }

    private static String resource(String name) {
        try (InputStream in = Objects.requireNonNull(MigrationIT.class.getResourceAsStream(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
