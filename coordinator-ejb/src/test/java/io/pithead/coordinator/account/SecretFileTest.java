package io.pithead.coordinator.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretFileTest {
    @Test
    void only_the_owner_can_read_it_whatever_was_there_before(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("deeper").resolve("admin.key");
        SecretFile.write(file, "one\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));

        SecretFile.write(file, "two\n");

        assertThat(file).hasContent("two\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Test
    void nothing_else_is_left_in_the_folder(@TempDir Path folder) throws IOException {
        SecretFile.write(folder.resolve("admin.key"), "one\n");

        try (var files = Files.list(folder)) {
            assertThat(files.map(path -> path.getFileName().toString())).containsExactly("admin.key");
        }
    }
}
