package io.pithead.coordinator.idempotency;

import io.pithead.coordinator.platform.Platform;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/** Claims keys, and stores or releases what was claimed. Each call is a transaction of its own. */
@ApplicationScoped
public class Idempotency {
    public static final Duration KEPT = Duration.ofHours(24);

    /** Longer than any request may take; a holder that is silent for so long has crashed. */
    static final Duration CLAIM = Duration.ofSeconds(60);

    /** A row may vanish between two statements (released, swept); each try sees a newer state. */
    private static final int MAX_TRIES = 3;

    private static final String TAKE = """
            insert into idempotency (account_id, key, request_sha, locked_until)
            values (?, ?, ?, now() + make_interval(secs => ?))
            on conflict (account_id, key) do update
               set request_sha = excluded.request_sha, locked_until = excluded.locked_until,
                   created_at = now(), status = null, body = null
             where idempotency.created_at < now() - make_interval(secs => ?)
                or (idempotency.status is null and idempotency.locked_until < now()
                    and idempotency.request_sha = excluded.request_sha)
            returning locked_until""";
    private static final String LOOK = """
            select request_sha, status, body from idempotency where account_id = ? and key = ?""";
    private static final String SWEEP = """
            delete from idempotency where ctid = any (array(
                select ctid from idempotency where created_at < now() - make_interval(secs => ?)
                 order by created_at limit ? for update skip locked))""";

    @Resource(lookup = Platform.DATA_SOURCE)
    DataSource dataSource;

    /** For the container. */
    public Idempotency() {}

    /** For tests, which bring a data source of their own. */
    Idempotency(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    public Claim claim(UUID accountId, String key, byte[] requestSha) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            for (int i = 0; i < MAX_TRIES; i++) {
                Optional<Claim> claim = take(connection, accountId, key, requestSha);
                if (claim.isEmpty()) {
                    claim = look(connection, accountId, key, requestSha);
                }
                if (claim.isPresent()) {
                    return claim.get();
                }
            }
            return new Claim.Running();
        }
    }

    /** Stores the answer of work that is done; false when the claim had run out and was taken over. */
    public boolean store(ClaimedTicket ticket, int status, byte[] body) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            return ticket.tryStore(connection, status, body);
        }
    }

    /** The request was not done: the same key may try again at once. */
    public void release(ClaimedTicket ticket) throws SQLException {
        try (Connection connection = dataSource.getConnection()) {
            ticket.release(connection);
        }
    }

    /** @return how many answers were forgotten, at most {@code limit} */
    int sweep(int limit) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement delete = connection.prepareStatement(SWEEP)) {
            delete.setDouble(1, KEPT.toSeconds());
            delete.setInt(2, limit);
            return delete.executeUpdate();
        }
    }

    private static Optional<Claim> take(Connection connection, UUID accountId, String key, byte[] requestSha)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(TAKE)) {
            insert.setObject(1, accountId);
            insert.setString(2, key);
            insert.setBytes(3, requestSha);
            insert.setDouble(4, CLAIM.toSeconds());
            insert.setDouble(5, KEPT.toSeconds());
            try (ResultSet row = insert.executeQuery()) {
                return row.next()
                        ? Optional.of(new Claim.Claimed(
                                new ClaimedTicket(accountId, key, row.getObject(1, OffsetDateTime.class))))
                        : Optional.empty();
            }
        }
    }

    private static Optional<Claim> look(Connection connection, UUID accountId, String key, byte[] requestSha)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(LOOK)) {
            select.setObject(1, accountId);
            select.setString(2, key);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(claim(row, requestSha)) : Optional.empty();
            }
        }
    }

    private static Claim claim(ResultSet row, byte[] requestSha) throws SQLException {
        if (!Arrays.equals(row.getBytes(1), requestSha)) {
            return new Claim.Mismatch();
        }
        int status = row.getInt(2);
        if (row.wasNull()) {
            return new Claim.Running();
        }
        return new Claim.Answered(status, row.getBytes(3));
    }
}
