package io.pithead.coordinator.account;

import io.pithead.coordinator.platform.DatabaseException;
import io.pithead.coordinator.platform.Platform;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.AuditEntry;
import jakarta.annotation.Resource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** The audit trail of facades that run in a container transaction, and its reader. */
@ApplicationScoped
public class Audit {
    @Resource(lookup = Platform.DATA_SOURCE)
    DataSource dataSource;

    /** Joins the container transaction of its caller. */
    void record(Caller by, String action, String target, Map<String, ?> facts, Instant now) {
        try (Connection connection = dataSource.getConnection()) {
            AuditStore.record(connection, by, action, target, facts, now);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }

    /** In the caller's own transaction of plain SQL. */
    public void record(
            Connection connection, Caller by, String action, String target, Map<String, ?> facts, Instant now)
            throws SQLException {
        AuditStore.record(connection, by, action, target, facts, now);
    }

    /** The same, of a change of what was there before. */
    public void record(
            Connection connection,
            Caller by,
            String action,
            String target,
            Map<String, ?> before,
            Map<String, ?> facts,
            Instant now)
            throws SQLException {
        AuditStore.record(connection, by, action, target, before, facts, now);
    }

    /** Newest first. */
    public Page<AuditEntry> list(@Nullable UUID before, int limit) {
        try (Connection connection = dataSource.getConnection()) {
            List<AuditEntry> entries = AuditStore.list(connection, before, limit + 1);
            return Pages.of(entries, limit, AuditEntry::id);
        } catch (SQLException e) {
            throw new DatabaseException(e);
        }
    }
}
