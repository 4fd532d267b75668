package io.pithead.coordinator.seal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretBoxTest {
    private static final String SECRET = "whsec_0123456789";

    private final UUID owner = UUID.randomUUID();

    @Test
    void a_sealed_secret_is_opened_by_the_same_key_and_owner_only(@TempDir Path folder) {
        var box = new SecretBox(SealingKeyFile.loadOrCreate(folder.resolve("a")));
        var other = new SecretBox(SealingKeyFile.loadOrCreate(folder.resolve("b")));
        byte[] sealed = box.seal(owner, SECRET);

        assertThat(box.open(owner, sealed)).isEqualTo(SECRET);
        assertThatThrownBy(() -> box.open(UUID.randomUUID(), sealed)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> other.open(owner, sealed)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void a_sealed_secret_does_not_show_it_and_never_repeats(@TempDir Path folder) {
        var box = new SecretBox(SealingKeyFile.loadOrCreate(folder.resolve("key")));

        byte[] sealed = box.seal(owner, SECRET);

        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("0123456789");
        assertThat(box.seal(owner, SECRET)).isNotEqualTo(sealed);
    }

    @Test
    void a_changed_byte_is_noticed(@TempDir Path folder) {
        var box = new SecretBox(SealingKeyFile.loadOrCreate(folder.resolve("key")));
        byte[] sealed = box.seal(owner, SECRET);
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThatThrownBy(() -> box.open(owner, changed)).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> box.open(owner, new byte[0])).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void the_key_file_is_made_once_and_only_its_owner_reads_it(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("keys").resolve("webhook");

        byte[] made = SealingKeyFile.loadOrCreate(file);

        assertThat(SealingKeyFile.loadOrCreate(file)).isEqualTo(made).hasSize(SealingKeyFile.KEY_BYTES);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        try (var left = Files.list(file.getParent())) {
            assertThat(left).containsExactly(file);
        }
    }

    @Test
    void a_file_that_holds_something_else_is_refused(@TempDir Path folder) throws Exception {
        Path shortKey = Files.writeString(folder.resolve("short"), "AAAA");
        Path noKey = Files.writeString(folder.resolve("none"), "not base64!");

        assertThatThrownBy(() -> SealingKeyFile.loadOrCreate(shortKey)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> SealingKeyFile.loadOrCreate(noKey)).isInstanceOf(IllegalStateException.class);
    }
}
