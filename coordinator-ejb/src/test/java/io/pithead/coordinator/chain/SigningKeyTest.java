package io.pithead.coordinator.chain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.pithead.protocol.json.Json;
import io.pithead.testing.AnvilProcess;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyTest {
    private static final String PASSWORD = "correct horse";

    @TempDir
    Path folder;

    private Path keystore;
    private Path password;

    @BeforeEach
    void write() throws Exception {
        keystore = folder.resolve("key.json");
        password = folder.resolve("password");
        byte[] secret = HexFormat.of().parseHex(AnvilProcess.RICH.substring(2));
        Files.write(keystore, Json.write(Keystore.seal(secret, Anvil.rich().address(), PASSWORD, 1 << 12)));
        Files.writeString(password, PASSWORD + "\n");
        mode(keystore, "rw-------");
        mode(password, "rw-------");
    }

    private static void mode(Path file, String rights) throws Exception {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(rights));
    }

    @Test
    void a_keystore_is_opened_with_the_password_of_a_file() {
        SigningKey key = SigningKey.load(keystore, password);

        assertThat(key.address()).isEqualTo("0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266");
        assertThat(key.toString()).doesNotContain(AnvilProcess.RICH.substring(2), PASSWORD);
    }

    /** Made with OpenSSL and Python's scrypt. */
    @Test
    void a_keystore_of_another_program_is_opened() throws Exception {
        byte[] file = """
                {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"f0b53b2da041fca49ef0b9839060b345"},
                 "ciphertext":"1a2e9ed5f8ea380946504119db6f33e0ddcdbd2a652ca651a3ca42a456ccc4da","kdf":"scrypt",
                 "kdfparams":{"dklen":32,"n":4096,"p":1,"r":8,
                  "salt":"63479ad69a090b258277ec8fba6f99419a2ffb248981510657c944ccd1148e97"},
                 "mac":"47ce2c05383473dde5a9aa4dac0840d5c0b8b14d0b4c93fe1bbef7b77636c0be"},
                 "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}""".getBytes(StandardCharsets.UTF_8);

        assertThat(HexFormat.of().formatHex(Keystore.open(Json.tree(file), "testpassword")))
                .isEqualTo("7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d");
    }

    @Test
    void files_that_others_may_read_are_refused() throws Exception {
        for (Path file : new Path[] {keystore, password}) {
            mode(file, "rw-r-----");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SigningKey.load(keystore, password))
                    .withMessageContaining("600");
            mode(file, "rw-------");
        }
    }

    @Test
    void a_wrong_password_or_a_missing_file_is_said_without_the_secret() throws Exception {
        Files.writeString(password, "wrong horse");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKey.load(keystore, password))
                .withMessageContaining("does not open")
                .withMessageNotContaining("horse");
        Files.delete(password);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SigningKey.load(keystore, password))
                .withMessageContaining("not there");
    }
}
