package io.pithead.coordinator.account;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.admin.AuditEntry;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.json.Json;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Who changed what, written in the transaction of the change: neither exists without the other. */
public final class AuditStore {
    private AuditStore() {}

    /** @param facts what was set, by name; never a secret */
    public static void record(
            Connection connection, Caller by, String action, String target, Map<String, ?> facts, Instant now)
            throws SQLException {
        record(connection, by, action, target, Map.of(), facts, now);
    }

    /** @param before how it was, by name; empty where there was nothing before */
    static void record(
            Connection connection,
            Caller by,
            String action,
            String target,
            Map<String, ?> before,
            Map<String, ?> facts,
            Instant now)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into audit"
                + " (id, at, account_id, key_hint, action, target, facts, user_id, address, before)"
                + " values (?, ?, ?, ?, ?, ?, ?::jsonb, ?, ?, ?::jsonb)")) {
            insert.setObject(1, Ids.next(now));
            insert.setObject(2, now.atOffset(ZoneOffset.UTC));
            insert.setObject(3, by.accountId());
            insert.setString(4, by.keyHint());
            insert.setString(5, action);
            insert.setString(6, target);
            insert.setString(7, Json.text(facts));
            insert.setObject(8, by.user());
            insert.setString(9, by.address());
            insert.setString(10, before.isEmpty() ? null : Json.text(before));
            insert.executeUpdate();
        }
    }

    /** Newest first, older than {@code before} where given. */
    static List<AuditEntry> list(Connection connection, @Nullable UUID before, int limit) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select id, at, account_id, key_hint, action, target, facts, user_id, address, before from audit where"
                        + " (?::uuid is null or id < ?) order by id desc limit ?")) {
            select.setObject(1, before);
            select.setObject(2, before);
            select.setInt(3, limit);
            var entries = new ArrayList<AuditEntry>();
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    entries.add(entry(rows));
                }
            }
            return entries;
        }
    }

    private static AuditEntry entry(ResultSet row) throws SQLException {
        String before = row.getString("before");
        return new AuditEntry(
                row.getObject("id", UUID.class),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                row.getObject("account_id", UUID.class),
                row.getString("key_hint"),
                row.getObject("user_id", UUID.class),
                row.getString("address"),
                row.getString("action"),
                row.getString("target"),
                before == null ? null : Json.own(before, JsonNode.class),
                Json.own(row.getString("facts"), JsonNode.class));
    }
}
