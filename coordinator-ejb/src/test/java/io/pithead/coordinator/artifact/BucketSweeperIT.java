package io.pithead.coordinator.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.testing.S3Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class BucketSweeperIT extends SweeperContract {
    private static S3Server server;

    @BeforeAll
    static void serve(@TempDir Path folder) {
        server = S3Server.start(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    VaultRig rig(Path folder) throws IOException {
        return VaultRig.bucket(server, folder);
    }

    @Test
    void what_has_just_come_is_left_alone_though_no_row_needs_it_yet() throws IOException {
        byte[] bytes = bytes();
        put(account, bytes);
        db.update("delete from artifact where account_id = ?", account);
        sweepAll();
        assertThat(rig.kept()).containsExactly(sha(bytes));
        rig.age(rig.wholeFiles(sha(bytes)));
        sweepAll();
        assertThat(rig.kept()).isEmpty();
    }

    @Test
    void a_removal_that_comes_late_takes_nothing_that_came_since() throws IOException {
        byte[] bytes = bytes();
        UUID other = db.account();
        put(account, bytes);
        pastItsTime(account, bytes);
        Vault.Aside late = vault.aside(sha(bytes), Instant.now()).orElseThrow();
        db.update("delete from artifact where account_id = ?", account);
        late.take();
        put(other, bytes);
        late.drop();
        assertThat(isReadable(other, bytes)).isTrue();
    }

    @Test
    void what_several_brought_is_stored_once_after_a_day() throws IOException {
        byte[] bytes = bytes();
        UUID other = db.account();
        put(account, bytes);
        put(other, bytes);
        sweepAll();
        assertThat(rig.wholeFiles(sha(bytes))).hasSize(2);
        rig.age(rig.wholeFiles(sha(bytes)));
        sweepAll();
        assertThat(rig.wholeFiles(sha(bytes))).hasSize(1);
        assertThat(isReadable(account, bytes)).isTrue();
        assertThat(isReadable(other, bytes)).isTrue();
    }
}
