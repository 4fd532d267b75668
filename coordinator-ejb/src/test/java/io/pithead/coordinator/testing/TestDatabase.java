package io.pithead.coordinator.testing;

import io.pithead.coordinator.platform.Database;
import io.pithead.db.Schema;
import io.pithead.protocol.id.Ids;
import io.pithead.testing.TestPostgres;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.UUID;
import javax.sql.DataSource;

/** A migrated database of its own. */
public final class TestDatabase {
    private final DataSource dataSource;
    private final Database database;

    /** Made when the first one is asked for: tests that ask for none have no server. */
    private static final class Migrated {
        static final TestPostgres.Template DATABASE = new TestPostgres.Template(Schema::migrate);
    }

    private TestDatabase(DataSource dataSource) {
        this.dataSource = dataSource;
        this.database = new Database(dataSource);
    }

    public static TestDatabase create() {
        return new TestDatabase(Migrated.DATABASE.copy());
    }

    public DataSource dataSource() {
        return dataSource;
    }

    public Database database() {
        return database;
    }

    public UUID account() {
        UUID id = UUID.randomUUID();
        update("insert into account (id, name) values (?, 'tenant')", id);
        return id;
    }

    public UUID node(UUID account) {
        UUID id = UUID.randomUUID();
        update(
                "insert into node (id, account_id, miner_id, mode, concurrency, renews, registered, capabilities)"
                        + " values (?, ?, ?, 'CPU', 1, true, true, '{}')",
                id,
                account,
                id.toString());
        return id;
    }

    /** A queued job as submission leaves it, with this request document. */
    public UUID job(UUID buyer, String request) {
        UUID id = Ids.next(Instant.now());
        update(
                "insert into job (id, account_id, class_id, workload, state, priority, price, max_attempts,"
                        + " max_runtime_s, submitted_at, ready_at, expires_at)"
                        + " values (?, ?, 1, 'w', 'QUEUED', 0, 0, 3, 60, now(), now(), now() + interval '1 day')",
                id,
                buyer);
        update("insert into job_spec (job_id, request) values (?, ?::json)", id, request);
        event(id, 1, "QUEUED");
        return id;
    }

    public long lease(UUID job, UUID node) {
        long token = number("select nextval('lease_token')");
        update(
                "update job set state = 'LEASED', lease_token = ?, lease_node = ?, attempt = attempt + 1,"
                        + " last_seq = last_seq + 1, lease_expires_at = now() + interval '60 s' where id = ?",
                token,
                node,
                job);
        event(job, number("select last_seq from job where id = ?", job), "LEASED");
        return token;
    }

    /** Ends an attempt, and with it the job unless it goes back to the queue. */
    public void end(UUID job, String state, int secondsAgo) {
        update(
                "update job set state = ?, lease_expires_at = null, last_seq = last_seq + 1,"
                        + " output_sha = case when ? = 'COMPLETED' then repeat('0', 64) end,"
                        + " finished_at = case when ? <> 'QUEUED' then now() - make_interval(secs => ?) end where id = ?",
                state,
                state,
                state,
                secondsAgo,
                job);
        event(job, number("select last_seq from job where id = ?", job), state);
    }

    public void event(UUID job, long seq, String state) {
        update(
                "insert into job_event (job_id, seq, state, at, actor, attempt, lease, node)"
                        + " select id, ?, ?, now(), 'test', attempt, lease_token, lease_node from job where id = ?",
                (int) seq,
                state,
                job);
    }

    public int update(String sql, Object... values) {
        return database.withConnection(connection -> {
            try (PreparedStatement statement = bind(connection.prepareStatement(sql), values)) {
                return statement.executeUpdate();
            }
        });
    }

    public long number(String sql, Object... values) {
        return database.withConnection(connection -> {
            try (PreparedStatement statement = bind(connection.prepareStatement(sql), values);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    public String text(String sql, Object... values) {
        return database.withConnection(connection -> {
            try (PreparedStatement statement = bind(connection.prepareStatement(sql), values);
                    ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getString(1);
            }
        });
    }

    private static PreparedStatement bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }
}
