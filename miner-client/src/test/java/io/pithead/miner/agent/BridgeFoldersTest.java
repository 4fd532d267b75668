package io.pithead.miner.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BridgeFoldersTest {
    private static final UUID JOB = UUID.fromString("0198f3a0-0000-7000-8000-000000000001");
    private static final UUID OTHER = UUID.fromString("0198f3a0-0000-7000-8000-000000000002");

    @TempDir
    private Path temp;

    private Path root;
    private int group;
    private BridgeFolders folders;

    @BeforeEach
    void make() throws IOException {
        root = temp.resolve("bridges");
        group = (Integer) Files.getAttribute(temp, "unix:gid");
        if ((Integer) Files.getAttribute(temp, "unix:uid") == 0) {
            // of root's folders the group would be right by itself
            group = 12_345;
        }
        folders = new BridgeFolders(root, group);
    }

    private List<String> there() throws IOException {
        try (Stream<Path> all = Files.list(root)) {
            return all.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }

    private static String permissions(Path folder) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(folder));
    }

    @Test
    void a_container_may_look_into_its_own_folder_and_not_write_there() throws Exception {
        Path folder = folders.provide(JOB);
        assertThat(permissions(folder)).isEqualTo("rwxr-x---");
        assertThat(Files.getAttribute(folder, "unix:gid")).isEqualTo(group);
        assertThat(permissions(root)).isEqualTo("rwx------");
    }

    @Test
    void a_container_keeps_its_folder_as_it_is_and_shares_it_with_none() throws Exception {
        Path folder = folders.provide(JOB);
        Path socket = Files.createFile(folder.resolve("miner.sock"));
        assertThat(new BridgeFolders(root, group).provide(JOB)).isEqualTo(folder);
        assertThat(socket).exists();
        assertThat(folders.provide(OTHER)).isNotEqualTo(folder);
    }

    @Test
    void what_is_removed_goes_with_all_that_is_in_it_and_alone() throws Exception {
        Files.createFile(folders.provide(JOB).resolve("miner.sock"));
        Path other = folders.provide(OTHER);
        folders.remove(JOB);
        folders.remove(JOB);
        assertThat(there()).containsExactly(OTHER.toString());
        assertThat(other).isDirectory();
    }

    @Test
    void only_folders_of_containers_that_are_held_stay() throws Exception {
        Path kept = Files.createFile(folders.provide(JOB).resolve("miner.sock"));
        Files.createFile(folders.provide(OTHER).resolve("miner.sock"));
        Path outside = Files.createFile(temp.resolve("outside"));
        Files.createSymbolicLink(root.resolve("link"), temp);
        Files.createDirectory(root.resolve("no-id"));
        folders.keepOnly(Set.of(JOB));
        assertThat(there()).containsExactly(JOB.toString());
        assertThat(kept).exists();
        assertThat(outside).exists();
    }
}
