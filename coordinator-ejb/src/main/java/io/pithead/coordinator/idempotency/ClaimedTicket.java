package io.pithead.coordinator.idempotency;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.UUID;

/** A claimed key. {@code lockedUntil} tells this claim from a later one of the same key. */
public final class ClaimedTicket implements IdempotencyTicket {
    private final UUID accountId;
    private final String key;
    private final OffsetDateTime lockedUntil;
    private volatile boolean stored;

    ClaimedTicket(UUID accountId, String key, OffsetDateTime lockedUntil) {
        this.accountId = accountId;
        this.key = key;
        this.lockedUntil = lockedUntil;
    }

    @Override
    public void store(Connection connection, int status, byte[] body) throws SQLException {
        if (!tryStore(connection, status, body)) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE, "This took so long that another request with the same key took over.");
        }
        stored = true;
    }

    /** True when the work stored an answer by itself; it holds only if that transaction committed. */
    public boolean isStored() {
        return stored;
    }

    boolean tryStore(Connection connection, int status, byte[] body) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update idempotency set status = ?, body = ?"
                + " where account_id = ? and key = ? and status is null and locked_until = ?")) {
            update.setInt(1, status);
            update.setBytes(2, body);
            bind(update, 3);
            return update.executeUpdate() == 1;
        }
    }

    void release(Connection connection) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from idempotency"
                + " where account_id = ? and key = ? and status is null and locked_until = ?")) {
            bind(delete, 1);
            delete.executeUpdate();
        }
    }

    private void bind(PreparedStatement statement, int from) throws SQLException {
        statement.setObject(from, accountId);
        statement.setString(from + 1, key);
        statement.setObject(from + 2, lockedUntil);
    }
}
