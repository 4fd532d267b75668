package io.pithead.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
    @Test
    void it_is_its_owners_alone_and_names_its_holder(@TempDir Path folder) throws IOException, CannotStartException {
        Path root = folder.resolve("data");
        try (DataDirectory data = DataDirectory.open(root)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root)))
                    .isEqualTo("rwx------");
            assertThat(Files.readString(data.resolve("lock")).strip())
                    .isEqualTo(Long.toString(ProcessHandle.current().pid()));
        }
        DataDirectory.open(root).close();
    }

    @Test
    void a_folder_that_cannot_be_made_is_said_with_what_to_do(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> DataDirectory.open(file.resolve("data")))
                .isInstanceOf(CannotStartException.class)
                .hasMessageContaining("make it writable, or use --data");
    }

    @Test
    void an_emptied_folder_is_empty(@TempDir Path folder) throws IOException, CannotStartException {
        try (DataDirectory data = DataDirectory.open(folder.resolve("data"))) {
            Files.createDirectories(data.resolve("server/deep"));
            Files.writeString(data.resolve("server/deep/file"), "left over");
            assertThat(data.emptied("server")).isEmptyDirectory();
        }
    }
}
