package io.pithead.coordinator.account;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.key.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ValidatorKeyIT {
    private final TestDatabase database = TestDatabase.create();

    @TempDir
    Path folder;

    private ApiKey ensure(Path file) throws IOException {
        database.database().doInTransaction(connection -> ValidatorKey.ensure(connection, file, Instant.now()));
        return ApiKey.parse(Files.readString(file).strip()).orElseThrow();
    }

    @Test
    void a_start_writes_a_key_that_works_and_the_next_one_keeps_it() throws Exception {
        Path file = folder.resolve("validator.key");
        ApiKey key = ensure(file);
        var ring = new KeyRing(database.dataSource(), new AccountConfig());
        ring.refresh();

        assertThat(ring.authenticate(key).orElseThrow().caller().scope()).isEqualTo(Scope.VALIDATOR);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(ensure(file).text()).isEqualTo(key.text());
        assertThat(database.number("select count(*) from audit where action = 'key.issue'"))
                .isEqualTo(1);
    }

    @Test
    void what_is_in_the_file_and_does_not_work_is_replaced() throws IOException {
        Path file = folder.resolve("validator.key");
        ApiKey revoked = ensure(file);
        database.update("update api_key set revoked_at = now()");
        ApiKey second = ensure(file);
        Files.writeString(file, "not a key");
        ApiKey third = ensure(file);
        Path other = folder.resolve("of another instance.key");

        assertThat(second.text()).isNotEqualTo(revoked.text());
        assertThat(third.text()).isNotEqualTo(second.text());
        assertThat(ensure(other).text()).isNotEqualTo(third.text());
        assertThat(database.number("select count(*) from account where name = ?", ValidatorKey.VALIDATOR))
                .isEqualTo(1);
    }

    /** Whoever keeps an admin key at this place does not hand it to a validator. */
    @Test
    void a_key_of_another_scope_does_not_count() throws IOException {
        Path file = folder.resolve("validator.key");
        database.database().doInTransaction(connection -> FirstKey.ensure(connection, file, Instant.now()));

        assertThat(ensure(file).scope()).isEqualTo(Scope.VALIDATOR);
    }
}
