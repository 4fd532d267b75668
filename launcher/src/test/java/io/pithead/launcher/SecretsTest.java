package io.pithead.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {
    @Test
    void a_secret_is_made_once_and_is_its_owners_alone(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("secrets").resolve("database");
        String made = Secrets.readOrCreate(file);
        assertThat(made).matches("[0-9A-Za-z]{32}");
        assertThat(Secrets.readOrCreate(file)).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(Secrets.readOrCreate(folder.resolve("other"))).isNotEqualTo(made);
    }
}
