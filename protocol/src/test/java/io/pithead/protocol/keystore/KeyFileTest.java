package io.pithead.protocol.keystore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Hex;
import io.pithead.protocol.signing.WalletKey;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The files are from the tests of geth. */
class KeyFileTest {
    private static final Path FILES = Path.of("src", "test", "resources", "keystore");
    private static final char[] PASSWORD = "correct horse".toCharArray();
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    private Path folder;

    @Test
    void a_file_that_geth_made_opens() throws Exception {
        WalletKey key = KeyFile.read(geth(), "foobar".toCharArray());
        assertThat(key.address()).hasToString("0xf466859ead1932d743d622cb74fc058882e8648a");
    }

    @Test
    void a_key_that_begins_with_a_zero_and_was_written_without_it_opens() throws Exception {
        byte[] document = Files.readAllBytes(FILES.resolve("geth-31-bytes.json"));
        assertThat(Hex.text(KeyFile.read(document, "foo".toCharArray()).bytes()))
                .isEqualTo("0x00fa7b3db73dc7dfdf8c5fbdb796d741e4488628c41fc4febd9160a866ba0f35");
    }

    @Test
    void what_was_made_opens_again_and_is_the_owners_alone() throws Exception {
        WalletKey key = WalletKey.generate(RANDOM);
        Path file = folder.resolve("key.json");
        KeyFile.create(file, key, PASSWORD, RANDOM);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(KeyFile.open(file, PASSWORD).bytes()).isEqualTo(key.bytes());
        assertThat(KeyFile.address(file)).contains(key.address());
        assertThat(Json.tree(Files.readAllBytes(file)).at("/crypto/kdfparams/n").asInt())
                .isEqualTo(262_144);
        assertThat(Files.readString(file)).doesNotContain(Hex.text(key.bytes()).substring(2));
    }

    @Test
    void a_file_that_is_there_stays_as_it_is() throws Exception {
        Path file = Files.writeString(folder.resolve("key.json"), "mine");
        assertThatThrownBy(() -> KeyFile.create(file, WalletKey.generate(RANDOM), PASSWORD, RANDOM))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("never overwritten");
        assertThat(file).hasContent("mine");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rw-r-----", "rw----r--", "rw--w----", "rw-----w-", "rwx--x---"})
    void a_file_that_others_may_use_is_refused_and_says_what_to_do(String permissions) throws Exception {
        Path file = Files.write(folder.resolve("key.json"), geth());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        assertThatThrownBy(() -> KeyFile.open(file, "foobar".toCharArray()))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("chmod 600");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        assertThat(KeyFile.open(file, "foobar".toCharArray()).address())
                .hasToString("0xf466859ead1932d743d622cb74fc058882e8648a");
    }

    @Test
    void a_link_and_a_folder_are_no_key_files() throws Exception {
        Path file = Files.write(folder.resolve("key.json"), geth());
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Path link = Files.createSymbolicLink(folder.resolve("link.json"), file);
        assertThatThrownBy(() -> KeyFile.open(link, PASSWORD)).isInstanceOf(KeyFileException.class);
        assertThatThrownBy(() -> KeyFile.open(folder, PASSWORD)).isInstanceOf(KeyFileException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"foobaR", "", "foobar "})
    void another_password_opens_nothing(String password) {
        assertThatThrownBy(() -> KeyFile.read(geth(), password.toCharArray()))
                .isInstanceOf(KeyFileException.class)
                .hasMessageContaining("password");
    }

    @Test
    void a_short_password_makes_no_file() {
        Path file = folder.resolve("key.json");
        assertThatThrownBy(() -> KeyFile.create(file, WalletKey.generate(RANDOM), "1234567".toCharArray(), RANDOM))
                .isInstanceOf(KeyFileException.class);
        assertThat(file).doesNotExist();
    }

    @Test
    void whatever_is_changed_in_it_is_noticed() throws Exception {
        refused(file -> file.put("version", 1));
        refused(file -> file.put("address", "7e5f4552091a69125d5dfcb7b8c2659029395bdf"));
        refused(file -> file.remove("crypto"));
        refused(file -> crypto(file).put("cipher", "aes-128-cbc"));
        refused(file -> crypto(file).put("kdf", "pbkdf2"));
        refused(file -> crypto(file).put("mac", "00".repeat(32)));
        refused(file -> crypto(file).put("ciphertext", "00".repeat(32)));
        refused(file -> crypto(file).put("ciphertext", "00".repeat(33)));
        refused(file -> crypto(file).put("ciphertext", ""));
        refused(file -> ((ObjectNode) crypto(file).path("cipherparams")).put("iv", "00".repeat(16)));
        refused(file -> ((ObjectNode) crypto(file).path("cipherparams")).put("iv", "00"));
    }

    /** A file from elsewhere neither takes all memory nor all time. */
    @Test
    void dear_or_senseless_parameters_are_refused_before_they_cost_anything() throws Exception {
        for (var params : java.util.List.of(
                java.util.Map.of("n", 1 << 30),
                java.util.Map.of("n", 1 << 24),
                java.util.Map.of("n", 7),
                java.util.Map.of("n", 1),
                java.util.Map.of("n", 0),
                java.util.Map.of("n", -8),
                java.util.Map.of("r", 0),
                java.util.Map.of("r", 1 << 30),
                java.util.Map.of("p", 0),
                java.util.Map.of("p", 17),
                java.util.Map.of("n", 1 << 18, "r", 1),
                java.util.Map.of("dklen", 16))) {
            refused(file ->
                    params.forEach((name, value) -> ((ObjectNode) crypto(file).path("kdfparams")).put(name, value)));
        }
        refused(file -> ((ObjectNode) crypto(file).path("kdfparams")).put("n", "8"));
        refused(file -> ((ObjectNode) crypto(file).path("kdfparams")).put("salt", "zz"));
        assertThatThrownBy(() -> KeyFile.read("{".getBytes(java.nio.charset.StandardCharsets.UTF_8), PASSWORD))
                .isInstanceOf(KeyFileException.class);
    }

    private static ObjectNode crypto(ObjectNode file) {
        return (ObjectNode) file.path("crypto");
    }

    private static void refused(Consumer<ObjectNode> change) throws Exception {
        ObjectNode file = Json.tree(geth()).deepCopy();
        change.accept(file);
        assertThatThrownBy(() -> KeyFile.read(Json.write(file), "foobar".toCharArray()))
                .as(file.toString())
                .isInstanceOf(KeyFileException.class);
    }

    private static byte[] geth() throws java.io.IOException {
        return Files.readAllBytes(FILES.resolve("geth-aaa.json"));
    }
}
