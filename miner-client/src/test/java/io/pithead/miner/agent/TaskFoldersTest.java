package io.pithead.miner.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskFoldersTest {
    private static final Instant LEFT = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    private Path temp;

    private TaskFolders folders;
    private final UUID task = UUID.randomUUID();
    private final UUID buyer = UUID.randomUUID();

    @BeforeEach
    void open() throws Exception {
        folders = new TaskFolders(temp.resolve("tasks"));
        Files.writeString(folders.data(task).resolve("f"), "kept?");
        Files.writeString(folders.shared(buyer).resolve("f"), "kept?");
        folders.left(task, buyer, LEFT);
    }

    private boolean isThere(UUID id, String parent) {
        return Files.exists(temp.resolve("tasks").resolve(parent).resolve(id.toString()));
    }

    @Test
    void folders_that_were_left_long_ago_go_with_all_that_is_in_them() throws Exception {
        Path outside = Files.writeString(temp.resolve("outside"), "stays");
        Files.createSymbolicLink(folders.data(task).resolve("link"), outside);
        folders.left(task, buyer, LEFT);
        folders.clean(Set::of, LEFT.plus(Duration.ofSeconds(1)));
        assertThat(isThere(task, "")).isFalse();
        assertThat(isThere(buyer, "shared")).isFalse();
        assertThat(outside).hasContent("stays");
        try (Stream<Path> left = Files.list(temp.resolve("tasks"))) {
            assertThat(left.map(path -> String.valueOf(path.getFileName()))).containsExactly("shared");
        }
    }

    @Test
    void folders_that_were_left_lately_stay() throws Exception {
        folders.clean(Set::of, LEFT);
        assertThat(isThere(task, "")).isTrue();
        assertThat(isThere(buyer, "shared")).isTrue();
    }

    @Test
    void folders_of_a_container_that_is_here_stay_however_old() throws Exception {
        folders.clean(() -> Set.of(task, buyer), LEFT.plus(Duration.ofDays(365)));
        assertThat(isThere(task, "")).isTrue();
        assertThat(isThere(buyer, "shared")).isTrue();
    }

    @Test
    void what_is_no_tasks_folder_is_left_alone() throws Exception {
        Path other = Files.createDirectory(temp.resolve("tasks").resolve("lost+found"));
        folders.clean(Set::of, Instant.now().plus(Duration.ofDays(1)));
        assertThat(other).isDirectory();
    }
}
