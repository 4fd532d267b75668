package io.pithead.coordinator.account;

import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.key.Scope;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/**
 * The way in: while no admin key works, a start makes the account {@code operator} and an admin key for it, and writes
 * the key to a file that only this user may read. Instances that start together make one between them.
 */
@Singleton
@Startup
@DependsOn("Platform")
@TransactionManagement(TransactionManagementType.BEAN)
public class FirstKey {
    static final String OPERATOR = "operator";
    private static final String LIVE_ADMIN_KEY = "select 1 from api_key k join account a on a.id = k.account_id"
            + " where k.scope = 'ADMIN' and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())"
            + " and a.disabled_at is null limit 1";
    private static final Logger LOG = System.getLogger(FirstKey.class.getName());

    @Inject
    Database database;

    @Inject
    AccountConfig config;

    @PostConstruct
    void start() {
        database.doInTransaction(connection -> ensure(connection, config.firstKeyFile(), Instant.now()));
    }

    /** The file is there before the commit: a crash between the two leaves a useless file, not a key nobody has. */
    static void ensure(Connection connection, Path file, Instant now) throws SQLException {
        lock(connection);
        if (hasRow(connection, LIVE_ADMIN_KEY)) {
            return;
        }
        ApiKey key = ApiKey.generate(Scope.ADMIN, new SecureRandom());
        UUID account = account(connection, OPERATOR, now);
        UUID id = Ids.next(now);
        insert(connection, id, account, key, "first admin key");
        AuditStore.record(
                connection,
                new Caller(account, id, Scope.ADMIN, key.hint()),
                "key.issue",
                id.toString(),
                Map.of("scope", Scope.ADMIN, "hint", key.hint(), "reason", "no admin key worked"),
                now);
        try {
            SecretFile.write(file, key.text() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("the first admin key cannot be written to " + file, e);
        }
        LOG.log(Level.INFO, () -> "admin_key.written file=" + file.toAbsolutePath() + " hint=" + key.hint());
    }

    static void lock(Connection connection) throws SQLException {
        try (Statement lock = connection.createStatement()) {
            lock.execute("select pg_advisory_xact_lock(hashtext('pithead.first_admin_key'))");
        }
    }

    /** The one of this name, made when there is none. */
    static UUID account(Connection connection, String name, Instant now) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select id from account where name = ? and disabled_at is null order by id limit 1")) {
            select.setString(1, name);
            try (ResultSet row = select.executeQuery()) {
                if (row.next()) {
                    return row.getObject(1, UUID.class);
                }
            }
        }
        UUID id = Ids.next(now);
        try (PreparedStatement insert = connection.prepareStatement("insert into account (id, name) values (?, ?)")) {
            insert.setObject(1, id);
            insert.setString(2, name);
            insert.executeUpdate();
        }
        return id;
    }

    static void insert(Connection connection, UUID id, UUID account, ApiKey key, String label) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into api_key" + " (id, account_id, scope, sha256, hint, label) values (?, ?, ?, ?, ?, ?)")) {
            insert.setObject(1, id);
            insert.setObject(2, account);
            insert.setString(3, key.scope().name());
            insert.setBytes(4, key.sha256());
            insert.setString(5, key.hint());
            insert.setString(6, label);
            insert.executeUpdate();
        }
    }

    private static boolean hasRow(Connection connection, String query) throws SQLException {
        try (Statement select = connection.createStatement();
                ResultSet row = select.executeQuery(query)) {
            return row.next();
        }
    }
}
