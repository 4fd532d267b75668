package io.pithead.coordinator.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.pithead.coordinator.artifact.core.ArtifactLimits;
import io.pithead.coordinator.artifact.core.Piece;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.testing.S3Server;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same promises with a real S3 server, and what only a server can do: be away. */
final class BucketShelfIT extends ShelfContract {
    private static S3Server server;

    @BeforeAll
    static void serve(@TempDir Path folder) {
        server = S3Server.start(folder);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    VaultRig rig(Path folder) throws IOException {
        return VaultRig.bucket(server, folder);
    }

    @Test
    void while_the_bucket_is_away_nothing_is_taken_and_an_upload_goes_on_afterwards() throws IOException {
        byte[] bytes = bytes(100_000);
        byte[] stored = bytes(1_000);
        put(account, stored);
        piece(bytes, 0, 40_000);
        server.kill();
        try {
            refused(ErrorCode.UNAVAILABLE, () -> piece(bytes, 40_000, 60_000));
            refused(ErrorCode.UNAVAILABLE, () -> put(account, bytes(10)));
            refused(ErrorCode.UNAVAILABLE, () -> shelf.open(account, sha(stored)));
            refused(ErrorCode.UNAVAILABLE, () -> shelf.look(account, sha(stored)));
        } finally {
            server.start();
        }
        assertThat(shelf.look(account, sha(bytes))).isEqualTo(new Looked.Begun(40_000, 100_000));
        assertThat(piece(bytes, 40_000, 60_000)).isEqualTo(new Uploaded.Whole(true));
        assertThat(read(shelf.open(account, sha(bytes)))).isEqualTo(bytes);
        assertThat(read(shelf.open(account, sha(stored)))).isEqualTo(stored);
    }

    @Test
    void a_bucket_that_goes_away_at_the_last_byte_leaves_nothing_half_stored() throws Exception {
        byte[] bytes = bytes(300_000);
        refused(
                ErrorCode.UNAVAILABLE,
                () -> shelf.put(
                        account, sha(bytes), new Piece(0, bytes.length, bytes.length), new ByteArrayInputStream(bytes) {
                            @Override
                            public synchronized int read(byte[] buffer, int offset, int length) {
                                int given = super.read(buffer, offset, length);
                                if (pos == count) {
                                    server.kill();
                                }
                                return given;
                            }
                        }));
        server.start();
        assertThat(rig.kept()).isEmpty();
        assertThat(db.number("select count(*) from artifact where account_id = ?", account))
                .isZero();
        assertThat(put(account, bytes)).isEqualTo(new Uploaded.Whole(true));
    }

    @Test
    void a_large_artifact_goes_in_parts_and_comes_back_whole() throws IOException {
        shelf = new ArtifactShelf(
                db.database(),
                vault,
                new ArtifactLimits(1 << 30, 1 << 30, 0, Duration.ofDays(1), Duration.ofDays(1), 8, 4),
                PACE);
        byte[] bytes = bytes(2 * VaultRig.PART_BYTES + 12_345);
        piece(bytes, 0, VaultRig.PART_BYTES + 1);
        assertThat(piece(bytes, VaultRig.PART_BYTES + 1, bytes.length - VaultRig.PART_BYTES - 1))
                .isEqualTo(new Uploaded.Whole(true));
        assertThat(read(shelf.open(account, sha(bytes)))).isEqualTo(bytes);
        assertThat(rig.kept()).containsExactly(sha(bytes));
    }

    @Test
    void an_object_of_another_length_is_none() throws IOException {
        byte[] bytes = bytes(10_000);
        put(account, bytes);
        rig.cut(rig.wholeFiles(sha(bytes)));
        refused(ErrorCode.UNAVAILABLE, () -> shelf.open(account, sha(bytes)));
        assertThat(put(account, bytes)).as("it may be brought again").isEqualTo(new Uploaded.Whole(true));
        assertThat(read(shelf.open(account, sha(bytes)))).isEqualTo(bytes);
    }

    @Test
    void a_wrong_secret_is_refused_and_not_shown() {
        var config = new BucketConfig(server.url(), S3Server.BUCKET, "us-east-1", S3Server.ACCESS_KEY, "not-it");
        assertThat(config.toString()).doesNotContain("not-it");
        try (var bucket = new Bucket(config)) {
            refused(ErrorCode.UNAVAILABLE, () -> bucket.list("artifacts/", "", 1));
            assertThat(catchThrowable(bucket::check))
                    .isInstanceOf(IOException.class)
                    .hasStackTraceContaining("403");
        }
    }

    @Test
    void an_upload_comes_in_a_bounded_number_of_pieces() {
        byte[] bytes = bytes(VaultRig.MAX_STRETCHES + 2);
        for (int i = 0; i < VaultRig.MAX_STRETCHES; i++) {
            piece(bytes, i, 1);
        }
        refused(ErrorCode.CONFLICT_STATE, () -> piece(bytes, VaultRig.MAX_STRETCHES, 1));
        assertThat(piece(bytes, VaultRig.MAX_STRETCHES, 2)).isEqualTo(new Uploaded.Whole(true));
    }

    @Test
    void what_a_death_left_on_the_disk_goes_with_the_next_start(@TempDir Path folder) throws IOException {
        Path left;
        try (var spool = new Spool(folder.resolve("spool"))) {
            left = Files.write(spool.newFile(), new byte[10]);
            new Spool(folder.resolve("spool")).close();
            assertThat(left).as("its server lives").exists();
        }
        new Spool(folder.resolve("spool")).close();
        assertThat(left).doesNotExist();
    }
}
