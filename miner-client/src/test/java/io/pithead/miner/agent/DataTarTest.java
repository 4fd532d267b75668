package io.pithead.miner.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataTarTest {
    @TempDir
    private Path temp;

    private Path from;
    private Path into;
    private int group;

    @BeforeEach
    void folders() throws Exception {
        from = Files.createDirectory(temp.resolve("from"));
        into = Files.createDirectory(temp.resolve("into"));
        group = (Integer) Files.getAttribute(from, "unix:gid");
    }

    private static byte[] pack(Path folder) throws IOException {
        var out = new ByteArrayOutputStream();
        DataTar.pack(folder, out);
        return out.toByteArray();
    }

    private void unpack(byte[] tar) throws IOException {
        DataTar.unpack(new ByteArrayInputStream(tar), into, group, false);
    }

    private interface Writing {
        void write(TarArchiveOutputStream tar) throws IOException;
    }

    private static byte[] tar(Writing writing) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(out)) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_GNU);
            writing.write(tar);
        }
        return out.toByteArray();
    }

    private static void file(TarArchiveOutputStream tar, String name, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var entry = new TarArchiveEntry(name, true);
        entry.setSize(bytes.length);
        tar.putArchiveEntry(entry);
        tar.write(bytes);
        tar.closeArchiveEntry();
    }

    private static void special(TarArchiveOutputStream tar, String name, byte type, String target) throws IOException {
        var entry = new TarArchiveEntry(name, type, true);
        entry.setLinkName(target);
        tar.putArchiveEntry(entry);
        tar.closeArchiveEntry();
    }

    private void refuses(Writing writing, String why) throws IOException {
        byte[] tar = tar(writing);
        assertThatThrownBy(() -> unpack(tar)).isInstanceOf(IOException.class).hasMessageContaining(why);
    }

    @Test
    void what_was_packed_comes_back() throws Exception {
        Files.writeString(from.resolve("a file"), "text");
        Path deep = Files.createDirectories(from.resolve("x/" + "long-name-".repeat(20) + "/ä"));
        Files.write(deep.resolve("bytes"), new byte[100_000]);
        Files.setPosixFilePermissions(from.resolve("a file"), PosixFilePermissions.fromString("rwxr-----"));
        Files.createSymbolicLink(from.resolve("link"), Path.of("/etc/passwd"));
        Files.createDirectory(from.resolve("empty"));
        unpack(pack(from));
        assertThat(into.resolve("a file")).hasContent("text");
        assertThat(Files.size(into.resolve(from.relativize(deep)).resolve("bytes")))
                .isEqualTo(100_000);
        assertThat(into.resolve("empty")).isEmptyDirectory();
        assertThat(Files.readSymbolicLink(into.resolve("link"))).isEqualTo(Path.of("/etc/passwd"));
        // the group is how a container gets at it, whoever it runs as
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(into.resolve("a file"))))
                .isEqualTo("rwxrwx---");
        assertThat(Files.getLastModifiedTime(into.resolve("a file")).toMillis() / 1_000)
                .isEqualTo(Files.getLastModifiedTime(from.resolve("a file")).toMillis() / 1_000);
        assertThat(pack(from)).isEqualTo(pack(from));
    }

    @Test
    void what_a_link_leads_to_is_not_packed() throws Exception {
        Path secret = Files.createDirectory(temp.resolve("secret"));
        Files.writeString(secret.resolve("key"), "the-key");
        Files.createSymbolicLink(from.resolve("folder"), secret);
        Files.createSymbolicLink(from.resolve("file"), secret.resolve("key"));
        assertThat(new String(pack(from), StandardCharsets.ISO_8859_1)).doesNotContain("the-key");
    }

    @Test
    void a_name_that_leads_elsewhere_is_refused() throws Exception {
        refuses(tar -> file(tar, "../out", "x"), "leads elsewhere");
        refuses(tar -> file(tar, "/etc/out", "x"), "leads elsewhere");
        refuses(tar -> file(tar, "a/../../out", "x"), "leads elsewhere");
        refuses(tar -> file(tar, "a//b", "x"), "leads elsewhere");
        refuses(tar -> file(tar, "n".repeat(5_000), "x"), "leads elsewhere");
        assertThat(temp.resolve("out")).doesNotExist();
    }

    @Test
    void nothing_is_written_through_a_link() throws Exception {
        Path outside = Files.createDirectory(temp.resolve("outside"));
        refuses(
                tar -> {
                    special(tar, "way", TarConstants.LF_SYMLINK, outside.toString());
                    file(tar, "way/in", "x");
                },
                "in what is no folder");
        try (Stream<Path> files = Files.list(outside)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void a_file_does_not_replace_a_link() throws Exception {
        Path outside = Files.writeString(temp.resolve("outside"), "mine");
        byte[] tar = tar(out -> {
            special(out, "f", TarConstants.LF_SYMLINK, outside.toString());
            file(out, "f", "theirs");
        });
        assertThatThrownBy(() -> unpack(tar)).isInstanceOf(IOException.class);
        assertThat(outside).hasContent("mine");
    }

    @Test
    void what_is_no_file_folder_or_link_is_refused() throws Exception {
        refuses(tar -> special(tar, "hard", TarConstants.LF_LINK, "/etc/passwd"), "no file, folder or link");
        refuses(tar -> special(tar, "char", TarConstants.LF_CHR, ""), "no file, folder or link");
        refuses(tar -> special(tar, "block", TarConstants.LF_BLK, ""), "no file, folder or link");
        refuses(tar -> special(tar, "pipe", TarConstants.LF_FIFO, ""), "no file, folder or link");
    }

    @Test
    void nothing_runs_as_another_than_who_starts_it() throws Exception {
        unpack(tar(tar -> {
            var entry = new TarArchiveEntry("tool", true);
            entry.setMode(06755);
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
        }));
        assertThat((Integer) Files.getAttribute(into.resolve("tool"), "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777)
                .isEqualTo(0775);
    }

    @Test
    void a_header_as_large_as_the_memory_is_refused() throws Exception {
        byte[] tar = tar(out -> {
            var entry = new TarArchiveEntry("././@LongLink", TarConstants.LF_GNUTYPE_LONGNAME);
            byte[] name = new byte[10_000_000];
            entry.setSize(name.length);
            out.putArchiveEntry(entry);
            out.write(name);
            out.closeArchiveEntry();
            file(out, "f", "x");
        });
        assertThatThrownBy(() -> unpack(tar))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("smaller than it is");
    }

    @Test
    void an_end_that_comes_too_soon_is_noticed() throws Exception {
        Files.write(from.resolve("f"), new byte[50_000]);
        byte[] whole = pack(from);
        byte[] torn = java.util.Arrays.copyOf(whole, 30_000);
        assertThatThrownBy(() -> unpack(torn)).isInstanceOf(IOException.class);
    }
}
