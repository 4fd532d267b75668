package io.pithead.coordinator.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.key.ApiKey;
import io.pithead.protocol.key.Scope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FirstKeyIT {
    private static final String ADMIN_KEYS =
            "select count(*) from api_key where scope = 'ADMIN' and revoked_at is null";

    private final TestDatabase database = TestDatabase.create();

    @Test
    void the_first_start_writes_a_key_that_works(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("admin.key");
        ensure(file);

        ApiKey key = ApiKey.parse(Files.readString(file).strip()).orElseThrow();
        var ring = new KeyRing(database.dataSource(), new AccountConfig());
        ring.refresh();
        assertThat(ring.authenticate(key).orElseThrow().caller().scope()).isEqualTo(Scope.ADMIN);
        assertThat(database.number("select count(*) from audit where action = 'key.issue'"))
                .isEqualTo(1);
    }

    @Test
    void a_later_start_changes_nothing(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("admin.key");
        ensure(file);
        String first = Files.readString(file);

        ensure(file);

        assertThat(file).hasContent(first);
        assertThat(database.number(ADMIN_KEYS)).isEqualTo(1);
    }

    @Test
    void when_no_admin_key_works_any_more_the_same_account_gets_a_new_one(@TempDir Path folder) throws Exception {
        ensure(folder.resolve("one.key"));
        database.update("update api_key set revoked_at = now()");

        ensure(folder.resolve("two.key"));

        assertThat(folder.resolve("two.key")).exists();
        assertThat(database.number("select count(*) from account where name = 'operator'"))
                .isEqualTo(1);
    }

    @Test
    void instances_that_start_together_make_one_key_between_them(@TempDir Path folder) throws Exception {
        int instances = 8;
        var together = new CountDownLatch(1);
        try (var starts = Executors.newFixedThreadPool(instances)) {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < instances; i++) {
                Path file = folder.resolve(i + ".key");
                running.add(starts.submit(() -> {
                    together.await();
                    ensure(file);
                    return null;
                }));
            }
            together.countDown();
            for (Future<?> start : running) {
                start.get();
            }
        }

        assertThat(database.number(ADMIN_KEYS)).isEqualTo(1);
        try (var files = Files.list(folder)) {
            assertThat(files).hasSize(1);
        }
    }

    @Test
    void a_key_that_could_not_be_written_was_never_made(@TempDir Path folder) throws IOException {
        Path blocked = Files.createFile(folder.resolve("file")).resolve("admin.key");

        assertThatThrownBy(() -> ensure(blocked)).isInstanceOf(UncheckedIOException.class);

        assertThat(database.number(ADMIN_KEYS)).isZero();
    }

    private void ensure(Path file) {
        database.database().doInTransaction(connection -> FirstKey.ensure(connection, file, Instant.now()));
    }
}
