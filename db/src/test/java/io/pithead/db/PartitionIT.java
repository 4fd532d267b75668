package io.pithead.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Weeks of jobs: made ahead, dropped whole, and nothing else with them. */
class PartitionIT {
    private static final String BY_JOB = "('job_spec', 'job_event', 'job_result', 'artifact_grant', 'job_log')";
    /** Two Mondays and what lies between; far enough back that no other partition is near. */
    private static final String WEEK = "2024w11";

    private static final String FIRST = "timestamptz '2024-03-11 00:00:00Z'";
    private static final String LAST = "timestamptz '2024-03-17 23:59:59.999Z'";

    private DataSource database;
    private Connection connection;

    @BeforeEach
    void open() throws SQLException {
        database = TestServer.migrated();
        connection = database.getConnection();
        // ends a test that hangs, as a wait without a bound would
        TestServer.run(connection, "set statement_timeout = '30s'");
        TestServer.run(connection, Row.WORLD);
        TestServer.run(connection, "select ensure_job_partitions(" + FIRST + ", " + LAST + ")");
    }

    @AfterEach
    void close() throws SQLException {
        connection.close();
    }

    @Test
    void a_week_holds_the_ids_made_in_it_and_no_others() throws SQLException {
        String[] edges = {FIRST, LAST};
        for (String at : edges) {
            TestServer.run(connection, ended(at, at).insert());
        }

        assertThat(TestServer.column(connection, "select distinct tableoid::regclass from job"))
                .containsExactly("job_" + WEEK);
        assertThatThrownBy(() -> TestServer.run(
                        connection, ended(LAST + " + interval '1 ms'", LAST).insert()))
                .hasMessageContaining("no partition of relation");
        assertThatThrownBy(() -> TestServer.run(
                        connection, ended(FIRST + " - interval '1 ms'", LAST).insert()))
                .hasMessageContaining("no partition of relation");
    }

    @Test
    void every_table_that_goes_by_job_has_the_same_weeks() throws SQLException {
        assertThat(TestServer.column(
                        connection,
                        "select count(*) from pg_inherits where inhparent::regclass::text in " + BY_JOB
                                + " group by inhparent union select count(*) from pg_inherits"
                                + " where inhparent = 'job'::regclass"))
                .hasSize(1);
        assertThat(TestServer.column(connection, "select partrelid::regclass from pg_partitioned_table"))
                .as("a new partitioned table must be made and dropped with the weeks")
                .containsExactlyInAnyOrder("job", "job_spec", "job_event", "job_result", "artifact_grant", "job_log");
    }

    @Test
    void weeks_are_made_once_by_however_many_instances() throws Exception {
        Callable<Integer> make = () -> {
            try (Connection own = database.getConnection()) {
                return Integer.valueOf(TestServer.value(
                        own,
                        "select ensure_job_partitions(" + FIRST + " + interval '7 days', " + FIRST
                                + " + interval '70 days')"));
            }
        };
        try (var threads = Executors.newFixedThreadPool(4)) {
            int made = 0;
            for (var done : threads.invokeAll(List.of(make, make, make, make))) {
                made += done.get();
            }
            assertThat(made).isEqualTo(10 * 6);
        }
    }

    @Test
    void a_week_goes_whole_and_what_is_owed_and_signed_stays() throws SQLException {
        TestServer.run(connection, ended(FIRST, FIRST).insert());
        for (String table : List.of("job_spec", "job_event", "job_result", "artifact_grant", "job_log", "receipt")) {
            TestServer.run(connection, Row.of(table).with("job_id", idIn(FIRST)).insert());
        }
        TestServer.run(connection, BadRows.reserve().with("job_id", idIn(FIRST)).insert());

        assertThat(drop(LAST + " + interval '30 days'")).isEqualTo("1");

        assertThat(TestServer.column(connection, "select relname from pg_class where relname like '%" + WEEK + "%'"))
                .isEmpty();
        assertThat(TestServer.value(connection, "select count(*) from receipt")).isEqualTo("1");
        assertThat(TestServer.value(connection, "select count(*) from ledger_entry"))
                .isEqualTo("1");
        assertThat(TestServer.value(connection, "select count(*) from pg_inherits where inhparent = 'job'::regclass"))
                .as("the weeks of today and ahead")
                .isNotEqualTo("0");
    }

    @Test
    void a_week_with_one_open_job_stays() throws SQLException {
        TestServer.run(connection, ended(FIRST, FIRST).insert());
        TestServer.run(connection, Row.of("job").with("id", idIn(LAST)).insert());

        assertThat(drop(LAST + " + interval '30 days'")).isEqualTo("0");
        TestServer.run(
                connection, "update job set state = 'EXPIRED', finished_at = " + LAST + " where finished_at is null");
        assertThat(drop(LAST + " + interval '30 days'")).isEqualTo("1");
    }

    @Test
    void a_week_stays_until_its_last_result_is_old_enough() throws SQLException {
        TestServer.run(connection, ended(FIRST, LAST + " + interval '20 days'").insert());

        assertThat(drop(LAST + " + interval '19 days'")).isEqualTo("0");
        assertThat(drop(LAST + " + interval '21 days'")).isEqualTo("1");
    }

    @Test
    void a_week_stays_until_its_containers_ends_are_seen_and_paid() throws SQLException {
        TestServer.run(connection, Row.TASK_OF_THE_WORLD);
        TestServer.run(connection, ended(FIRST, FIRST).insert());
        TestServer.run(
                connection, Row.of("task_node").with("job_id", idIn(FIRST)).insert());
        TestServer.run(connection, Row.of("meter").with("job_id", idIn(FIRST)).insert());
        String later = LAST + " + interval '30 days'";

        assertThat(drop(later)).isEqualTo("0");
        TestServer.run(connection, "update task_node set state = 'COMPLETED', finished_at = now()");
        assertThat(drop(later)).as("its meter is open").isEqualTo("0");
        TestServer.run(connection, "update meter set reserved = 0, closed_at = now()");
        TestServer.run(connection, "update task_node set state = 'RUNNING', finished_at = null");
        assertThat(drop(later)).as("its task has not seen its end").isEqualTo("0");
        TestServer.run(connection, "update task_node set state = 'COMPLETED', finished_at = now()");
        assertThat(drop(later)).isEqualTo("1");
    }

    @Test
    void a_week_stays_until_its_disputes_are_decided_and_they_go_with_it() throws SQLException {
        TestServer.run(connection, ended(FIRST, FIRST).insert());
        TestServer.run(
                connection,
                Row.of("dispute")
                        .with("job_id", idIn(FIRST))
                        .with("id", idIn(FIRST))
                        .insert());
        String later = LAST + " + interval '30 days'";

        assertThat(drop(later)).isEqualTo("0");
        TestServer.run(connection, "update dispute set outcome = 'UNDECIDED', decided_at = now()");
        assertThat(drop(later)).isEqualTo("1");
        assertThat(TestServer.value(connection, "select count(*) from dispute")).isEqualTo("0");
    }

    @Test
    void a_week_that_is_not_over_stays() throws SQLException {
        TestServer.run(connection, ended(FIRST, FIRST).insert());

        assertThat(drop(LAST)).isEqualTo("0");
    }

    @Test
    void a_backup_that_runs_is_not_waited_for_so_that_nobody_waits_behind() throws SQLException {
        TestServer.run(connection, ended(FIRST, FIRST).insert());
        try (Connection backup = database.getConnection()) {
            backup.setAutoCommit(false);
            TestServer.run(backup, "lock table job, job_event in access share mode");

            assertThatThrownBy(() -> drop(LAST + " + interval '30 days'")).hasMessageContaining("lock timeout");
            assertThatThrownBy(() -> TestServer.run(
                            connection,
                            "select ensure_job_partitions(" + LAST + ", " + LAST + " + interval '14 days')"))
                    .hasMessageContaining("lock timeout");
            backup.rollback();
        }
        assertThat(drop(LAST + " + interval '30 days'")).isEqualTo("1");
    }

    private String drop(String before) throws SQLException {
        return TestServer.value(connection, "select drop_job_partitions(" + before + ")");
    }

    private static String idIn(String at) {
        return "id_floor(" + at + ")";
    }

    private static Row ended(String submitted, String finished) {
        return Row.endedJob("FAILED").with("id", idIn(submitted)).with("finished_at", finished);
    }
}
