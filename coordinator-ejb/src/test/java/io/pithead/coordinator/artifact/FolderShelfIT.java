package io.pithead.coordinator.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class FolderShelfIT extends ShelfContract {
    @Override
    VaultRig rig(Path folder) {
        return VaultRig.folder(folder);
    }

    @Test
    void a_full_disk_is_said_and_nothing_is_left() throws IOException {
        byte[] bytes = bytes(10_000);
        Path partial = ((FolderVault) vault).partialOf(new ArtifactName(account, sha(bytes)));
        Files.createSymbolicLink(partial, Path.of("/dev/full"));
        refused(ErrorCode.UNAVAILABLE, () -> put(account, bytes));
        assertThat(Files.exists(partial)).isFalse();
        assertThat(used(account)).isZero();
        assertThat(put(account, bytes)).isEqualTo(new Uploaded.Whole(true));
    }
}
