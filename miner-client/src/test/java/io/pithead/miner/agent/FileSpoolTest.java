package io.pithead.miner.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.miner.agent.core.Attempt;
import io.pithead.miner.bridge.core.Refused;
import io.pithead.miner.bridge.core.Refused.Code;
import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSpoolTest {
    private static final Attempt ONE = new Attempt(new UUID(1, 1), 7);
    private static final Attempt OTHER = new Attempt(new UUID(2, 2), 8);

    @TempDir
    private Path temp;

    private FileSpool spool;

    @BeforeEach
    void open() throws IOException {
        spool = new FileSpool(temp.resolve("files"));
    }

    private Path file(String text) throws IOException {
        return Files.writeString(temp.resolve("source"), text);
    }

    private void take(Attempt attempt, String path, String text) throws Exception {
        try (var content = Files.newByteChannel(file(text))) {
            spool.take(attempt, path, content);
        }
    }

    private long files() throws IOException {
        try (Stream<Path> all = Files.list(temp.resolve("files"))) {
            return all.count();
        }
    }

    @Test
    void what_was_taken_is_as_it_was_then_and_outlives_the_miner() throws Exception {
        take(ONE, "a", "first");
        take(ONE, "b", "");
        file("changed");
        spool = new FileSpool(temp.resolve("files"));
        assertThat(spool.waiting()).extracting(one -> one.offer().path()).containsExactly("a", "b");
        FileSpool.Waiting first = spool.waiting().getFirst();
        assertThat(first.attempt()).isEqualTo(ONE);
        assertThat(first.offer().sha256()).isEqualTo(Digests.sha256Hex("first".getBytes(StandardCharsets.UTF_8)));
        assertThat(first.offer().size()).isEqualTo(5);
        assertThat(spool.content(first.id())).hasContent("first");
        spool.remove(first.id());
        spool.remove(spool.waiting().getFirst().id());
        assertThat(files()).isZero();
    }

    @Test
    void one_that_waits_already_is_not_taken_twice() throws Exception {
        take(ONE, "a", "x");
        take(ONE, "a", "x");
        assertThat(spool.waiting()).hasSize(1);
        assertThat(files()).isEqualTo(2);
        take(ONE, "a", "y");
        assertThat(spool.waiting()).hasSize(2);
    }

    @Test
    void what_was_half_there_goes_with_the_next_start() throws Exception {
        take(ONE, "a", "x");
        Files.writeString(temp.resolve("files").resolve(new UUID(9, 9) + ".bin"), "half");
        Files.writeString(temp.resolve("files").resolve(new UUID(9, 8) + ".json"), "{}");
        Files.writeString(temp.resolve("files").resolve(new UUID(9, 7) + ".json.part"), "{");
        spool = new FileSpool(temp.resolve("files"));
        assertThat(spool.waiting()).hasSize(1);
        assertThat(files()).isEqualTo(2);
    }

    @Test
    void one_container_may_let_so_many_wait_and_no_other_suffers() throws Exception {
        for (int i = 0; i < FileSpool.MAX_FILES; i++) {
            take(ONE, "f" + i, "x");
        }
        assertThatThrownBy(() -> take(ONE, "more", "x"))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.code()).isEqualTo(Code.QUEUE_FULL));
        take(OTHER, "f", "x");
        spool.remove(spool.waiting().getFirst().id());
        take(ONE, "more", "x");
    }

    @Test
    void one_that_is_too_large_is_refused_before_it_is_read() throws Exception {
        Path huge = temp.resolve("huge");
        try (var sparse = new RandomAccessFile(huge.toFile(), "rw")) {
            sparse.setLength(FileSpool.MAX_BYTES + 1);
        }
        try (var content = Files.newByteChannel(huge)) {
            assertThatThrownBy(() -> spool.take(ONE, "huge", content))
                    .isInstanceOfSatisfying(
                            Refused.class, refused -> assertThat(refused.code()).isEqualTo(Code.FILE_TOO_LARGE));
        }
        assertThat(files()).isZero();
    }
}
