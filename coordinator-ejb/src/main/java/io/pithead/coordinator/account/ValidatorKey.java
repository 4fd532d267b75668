package io.pithead.coordinator.account;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.ValidatorKeyWanted;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.key.Scope;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * The key of the validator that runs in this very instance, as {@link FirstKey} makes an operator's: while the one in its file does not work,
 * a start makes another, for the account {@code own validator}.
 */
@ApplicationScoped
public class ValidatorKey {
    /** Not one that an operator would choose for somebody else: an account speaks for one validator. */
    static final String VALIDATOR = "own validator";

    private static final long MAX_BYTES = 4_096;
    private static final String LIVE = "select 1 from api_key k join account a on a.id = k.account_id"
            + " where k.sha256 = ? and k.scope = 'VALIDATOR' and k.revoked_at is null"
            + " and (k.expires_at is null or k.expires_at > now()) and a.disabled_at is null";
    private static final Logger LOG = System.getLogger(ValidatorKey.class.getName());

    @Inject
    Database database;

    void issue(@Observes ValidatorKeyWanted wanted) {
        database.doInTransaction(connection -> ensure(connection, wanted.file(), Instant.now()));
    }

    /** The file is there before the commit, as the first admin key's is. */
    static void ensure(Connection connection, Path file, Instant now) throws SQLException {
        FirstKey.lock(connection);
        try {
            if (isLive(connection, read(file))) {
                return;
            }
            ApiKey key = ApiKey.generate(Scope.VALIDATOR, new SecureRandom());
            UUID account = FirstKey.account(connection, VALIDATOR, now);
            UUID id = Ids.next(now);
            FirstKey.insert(connection, id, account, key, "validator of this instance");
            AuditStore.record(
                    connection,
                    new Caller(account, id, Scope.VALIDATOR, key.hint()),
                    "key.issue",
                    id.toString(),
                    Map.of(
                            "scope",
                            Scope.VALIDATOR,
                            "hint",
                            key.hint(),
                            "reason",
                            "the validator had none that worked"),
                    now);
            SecretFile.write(file, key.text() + "\n");
            LOG.log(Level.INFO, () -> "validator_key.written file=" + file.toAbsolutePath() + " hint=" + key.hint());
        } catch (IOException e) {
            throw new UncheckedIOException("the validator's key cannot be read from or written to " + file, e);
        }
    }

    private static Optional<ApiKey> read(Path file) throws IOException {
        return Files.isRegularFile(file) && Files.size(file) <= MAX_BYTES
                ? ApiKey.parse(Files.readString(file, StandardCharsets.UTF_8).strip())
                : Optional.empty();
    }

    private static boolean isLive(Connection connection, Optional<ApiKey> key) throws SQLException {
        if (key.isEmpty()) {
            return false;
        }
        try (PreparedStatement select = connection.prepareStatement(LIVE)) {
            new Columns(connection, select).set(key.get().sha256());
            try (ResultSet row = select.executeQuery()) {
                return row.next();
            }
        }
    }
}
