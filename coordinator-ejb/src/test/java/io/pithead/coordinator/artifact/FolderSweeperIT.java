package io.pithead.coordinator.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class FolderSweeperIT extends SweeperContract {
    private static final int ROUNDS = 60;

    @Override
    VaultRig rig(Path folder) {
        return VaultRig.folder(folder);
    }

    @Test
    void what_a_death_left_aside_goes_back_when_somebody_has_it() throws IOException {
        byte[] had = bytes();
        byte[] gone = bytes();
        put(account, had);
        put(account, gone);
        vault.aside(sha(had), Instant.now()).orElseThrow().take();
        vault.aside(sha(gone), Instant.now()).orElseThrow().take();
        db.update("delete from artifact where sha256 = ?", sha(gone));
        sweepAll();
        assertThat(isReadable(account, had)).isTrue();
        assertThat(rig.kept()).containsExactly(sha(had));
    }

    @Test
    void nothing_acknowledged_is_removed_while_others_end_and_begin() throws Exception {
        byte[] bytes = bytes();
        var done = new AtomicBoolean();
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            var uploads = new ArrayList<Future<?>>();
            for (int i = 0; i < 3; i++) {
                uploads.add(threads.submit(() -> uploadAndForget(bytes)));
            }
            Future<?> sweeps = threads.submit(() -> {
                while (!done.get()) {
                    sweeper.remove(sha(bytes), Instant.now());
                }
                return true;
            });
            try {
                for (Future<?> upload : uploads) {
                    upload.get();
                }
            } finally {
                done.set(true);
            }
            sweeps.get();
        }
    }

    private boolean uploadAndForget(byte[] bytes) {
        UUID mine = db.account();
        for (int i = 0; i < ROUNDS; i++) {
            put(mine, bytes);
            assertThat(isReadable(mine, bytes)).isTrue();
            db.update("delete from artifact where account_id = ?", mine);
        }
        return true;
    }
}
