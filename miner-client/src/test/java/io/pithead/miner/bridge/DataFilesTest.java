package io.pithead.miner.bridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.miner.bridge.core.DataPath;
import io.pithead.miner.bridge.core.Refused;
import io.pithead.miner.bridge.core.Refused.Code;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class DataFilesTest {
    @TempDir
    private Path temp;

    private Path data;

    @BeforeEach
    void files() throws IOException {
        data = Files.createDirectory(temp.resolve("data"));
        Files.writeString(temp.resolve("secret"), "the miner's");
        Files.createDirectory(temp.resolve("outside"));
        Files.writeString(temp.resolve("outside/secret"), "the miner's");
        Files.createDirectories(data.resolve("a/b"));
        Files.writeString(data.resolve("a/b/c"), "mine");
    }

    private String read(String path) throws Exception {
        try (var content = DataFiles.open(data, DataPath.of(path))) {
            var bytes = ByteBuffer.allocate(100);
            content.read(bytes);
            return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
        }
    }

    private void refused(Code code, String path) {
        assertThatThrownBy(() -> read(path))
                .as(path)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(code));
    }

    @Test
    void a_plain_file_below_plain_folders_is_opened() throws Exception {
        assertThat(read("a/b/c")).isEqualTo("mine");
        assertThat(read("/data/a/b/c")).isEqualTo("mine");
    }

    @Test
    void what_is_not_there_or_no_file_is_refused() {
        refused(Code.NOT_FOUND, "x");
        refused(Code.NOT_FOUND, "a/x/y");
        refused(Code.INVALID_PATH, "a/b");
        refused(Code.INVALID_PATH, "a/b/c/d");
    }

    @Test
    void no_link_is_followed_at_its_end_or_on_its_way() throws IOException {
        Files.createSymbolicLink(data.resolve("file"), temp.resolve("secret"));
        Files.createSymbolicLink(data.resolve("up"), Path.of("..", "secret"));
        Files.createSymbolicLink(data.resolve("folder"), temp.resolve("outside"));
        Files.createSymbolicLink(data.resolve("a/parent"), Path.of("..", ".."));
        Files.createSymbolicLink(data.resolve("inside"), Path.of("a", "b", "c"));
        Files.createSymbolicLink(data.resolve("nowhere"), Path.of("gone"));
        refused(Code.INVALID_PATH, "file");
        refused(Code.INVALID_PATH, "up");
        refused(Code.INVALID_PATH, "folder/secret");
        refused(Code.INVALID_PATH, "a/parent/secret");
        refused(Code.INVALID_PATH, "inside");
        refused(Code.INVALID_PATH, "nowhere");
    }

    @Test
    void nobody_waits_at_a_pipe() throws Exception {
        pipe(data.resolve("pipe"));
        refused(Code.INVALID_PATH, "pipe");
        refused(Code.INVALID_PATH, "pipe/x");
        pipe(data.resolve("a/pipe"));
        refused(Code.INVALID_PATH, "a/pipe/x/y");
    }

    private static void pipe(Path path) throws IOException, InterruptedException {
        assertThat(new ProcessBuilder("mkfifo", path.toString()).start().waitFor())
                .isZero();
    }
}
