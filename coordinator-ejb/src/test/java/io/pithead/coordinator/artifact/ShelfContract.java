package io.pithead.coordinator.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.core.ArtifactLimits;
import io.pithead.coordinator.artifact.core.ByteRange;
import io.pithead.coordinator.artifact.core.Pace;
import io.pithead.coordinator.artifact.core.Piece;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Digests;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the store of artifacts promises, wherever the bytes lie. */
abstract class ShelfContract {
    private static final int QUOTA = 1_000_000;
    private static final int MAX = 600_000;
    static final ArtifactLimits LIMITS =
            new ArtifactLimits(MAX, QUOTA, 0, Duration.ofDays(30), Duration.ofDays(1), 8, 4);
    static final Pace PACE = new Pace(Duration.ofSeconds(30), 1);

    static TestDatabase db;

    VaultRig rig;
    Vault vault;
    ArtifactShelf shelf;
    UUID account;

    abstract VaultRig rig(Path folder) throws IOException;

    @BeforeAll
    static void migrate() {
        db = TestDatabase.create();
    }

    @BeforeEach
    void open(@TempDir Path folder) throws IOException {
        rig = rig(folder);
        vault = rig.open();
        shelf = shelf(LIMITS);
        account = db.account();
    }

    @AfterEach
    void close() throws IOException {
        rig.close();
    }

    @Test
    void what_was_stored_is_read_whole_and_in_parts() throws IOException {
        byte[] bytes = bytes(200_000);
        assertThat(put(account, bytes)).isEqualTo(new Uploaded.Whole(true));
        assertThat(put(account, bytes)).isEqualTo(new Uploaded.Whole(false));

        Download download = shelf.open(account, sha(bytes));
        assertThat(download.size()).isEqualTo(bytes.length);
        assertThat(read(download)).isEqualTo(bytes);
        var part = new ByteArrayOutputStream();
        download.sendTo(part, new ByteRange.Part(100_000, 100_009));
        assertThat(part.toByteArray()).isEqualTo(Arrays.copyOfRange(bytes, 100_000, 100_010));
        assertThat(rig.kept()).containsExactly(sha(bytes));
    }

    @Test
    void an_empty_artifact_is_an_artifact() throws IOException {
        put(account, new byte[0]);
        assertThat(read(shelf.open(account, sha(new byte[0])))).isEmpty();
    }

    @Test
    void an_upload_whose_sender_dies_is_continued_where_it_stands() throws IOException {
        byte[] bytes = bytes(300_000);
        String sha = sha(bytes);
        InputStream dying = new DyingStream(bytes, 123_456);
        refused(
                ErrorCode.MALFORMED_REQUEST,
                () -> shelf.put(account, sha, new Piece(0, bytes.length, bytes.length), dying));

        assertThat(shelf.look(account, sha)).isEqualTo(new Looked.Begun(123_456, bytes.length));
        refused(ErrorCode.NOT_FOUND, () -> shelf.open(account, sha));
        refused(ErrorCode.CONFLICT_STATE, () -> piece(bytes, 123_457, 10));
        assertThat(piece(bytes, 123_456, 100)).isEqualTo(new Uploaded.Part(123_556, bytes.length));
        assertThat(piece(bytes, 123_556, bytes.length - 123_556)).isEqualTo(new Uploaded.Whole(true));
        assertThat(read(shelf.open(account, sha))).isEqualTo(bytes);
        assertThat(used(account)).isEqualTo(bytes.length);
    }

    @Test
    void a_body_that_ends_early_is_an_upload_to_continue() {
        byte[] bytes = bytes(5_000);
        InputStream shorter = new ByteArrayInputStream(bytes, 0, 4_000);
        refused(ErrorCode.MALFORMED_REQUEST, () -> shelf.put(account, sha(bytes), new Piece(0, 5_000, 5_000), shorter));
        assertThat(shelf.look(account, sha(bytes))).isEqualTo(new Looked.Begun(4_000, 5_000));
    }

    @Test
    void an_upload_continues_at_another_server_and_is_read_at_a_third() throws IOException {
        byte[] bytes = bytes(300_000);
        piece(bytes, 0, 20_000);
        InputStream dying = new DyingStream(Arrays.copyOfRange(bytes, 20_000, bytes.length), 180_000);
        shelf = anotherServer();
        refused(
                ErrorCode.MALFORMED_REQUEST,
                () -> shelf.put(account, sha(bytes), new Piece(20_000, 280_000, 300_000), dying));
        shelf = anotherServer();
        assertThat(shelf.look(account, sha(bytes))).isEqualTo(new Looked.Begun(200_000, 300_000));
        assertThat(piece(bytes, 200_000, 100_000)).isEqualTo(new Uploaded.Whole(true));
        shelf = anotherServer();
        assertThat(read(shelf.open(account, sha(bytes)))).isEqualTo(bytes);
        assertThat(put(account, bytes)).isEqualTo(new Uploaded.Whole(false));
        assertThat(rig.kept()).containsExactly(sha(bytes));
    }

    @Test
    void an_upload_that_begins_again_elsewhere_forgets_what_was_there() throws IOException {
        byte[] bytes = bytes(100_000);
        piece(bytes, 0, 60_000);
        shelf = anotherServer();
        piece(bytes, 0, 30_000);
        assertThat(shelf.look(account, sha(bytes))).isEqualTo(new Looked.Begun(30_000, 100_000));
        piece(bytes, 30_000, 70_000);
        assertThat(read(shelf.open(account, sha(bytes)))).isEqualTo(bytes);
    }

    @Test
    void spoiled_bytes_are_not_served_as_right() throws IOException {
        byte[] large = bytes(300_000);
        byte[] small = bytes(3_000);
        put(account, large);
        put(account, small);
        rig.spoil(rig.wholeFiles(sha(large)));
        rig.spoil(rig.wholeFiles(sha(small)));
        var sent = new ByteArrayOutputStream();
        Download download = shelf.open(account, sha(large));
        assertThatThrownBy(() -> download.sendTo(sent)).isInstanceOf(IOException.class);
        assertThat(sent.size()).as("never to the end").isLessThan(large.length);
        refused(ErrorCode.UNAVAILABLE, () -> read(shelf.open(account, sha(small))));
    }

    @Test
    void bytes_of_another_digest_are_refused_and_removed() throws IOException {
        byte[] bytes = bytes(10_000);
        String other = sha(bytes(1));
        refused(
                ErrorCode.INVALID_PAYLOAD,
                () -> shelf.put(account, other, new Piece(0, 10_000, 10_000), new ByteArrayInputStream(bytes)));
        assertThat(rig.kept()).isEmpty();
        assertThat(used(account)).isZero();
        refused(ErrorCode.NOT_FOUND, () -> shelf.look(account, other));
    }

    @Test
    void a_spoiled_first_half_is_found_when_the_second_arrives() throws IOException {
        byte[] bytes = bytes(10_000);
        piece(bytes, 0, 5_000);
        rig.spoil(rig.begunFiles(new ArtifactName(account, sha(bytes))));
        refused(ErrorCode.INVALID_PAYLOAD, () -> piece(bytes, 5_000, 5_000));
        assertThat(rig.kept()).isEmpty();
    }

    @Test
    void too_large_is_refused_before_a_byte_is_read() {
        refused(
                ErrorCode.PAYLOAD_TOO_LARGE,
                () -> shelf.put(account, "a".repeat(64), new Piece(0, MAX + 1, MAX + 1), new UnreadStream()));
    }

    @Test
    void the_quota_counts_uploads_that_have_begun_and_is_not_read_past() {
        piece(bytes(600_000), 0, 10);
        assertThat(used(account)).isEqualTo(600_000);
        var tooMuch = new Piece(0, 400_001, 400_001);
        refused(ErrorCode.PAYLOAD_TOO_LARGE, () -> shelf.put(account, "a".repeat(64), tooMuch, new UnreadStream()));
        assertThat(used(account)).isEqualTo(600_000);
        assertThat(put(account, bytes(400_000))).isEqualTo(new Uploaded.Whole(true));
        assertThat(used(account)).isEqualTo(1_000_000);
    }

    @Test
    void small_artifacts_count_as_the_block_they_take() {
        put(account, bytes(1));
        assertThat(used(account)).isEqualTo(4_096);
    }

    @Test
    void two_at_once_cannot_both_take_the_last_of_the_quota() throws Exception {
        List<byte[]> all = Stream.generate(() -> bytes(300_000)).limit(4).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(all.size())) {
            var start = new CountDownLatch(1);
            List<Future<Boolean>> answers = all.stream()
                    .map(bytes -> threads.submit(() -> {
                        start.await();
                        return fits(bytes);
                    }))
                    .toList();
            start.countDown();
            int stored = 0;
            for (Future<Boolean> answer : answers) {
                stored += answer.get() ? 1 : 0;
            }
            assertThat(stored).isEqualTo(QUOTA / 300_000);
        }
        assertThat(used(account)).isEqualTo(900_000);
    }

    @Test
    void the_same_bytes_of_two_accounts_are_one_file_and_neither_can_tell() throws IOException {
        byte[] bytes = bytes(10_000);
        UUID other = db.account();
        put(account, bytes);
        refused(ErrorCode.NOT_FOUND, () -> shelf.open(other, sha(bytes)));
        refused(ErrorCode.NOT_FOUND, () -> shelf.look(other, sha(bytes)));
        var body = new CountingStream(bytes);
        Uploaded answer = shelf.put(other, sha(bytes), new Piece(0, bytes.length, bytes.length), body);
        assertThat(answer).isEqualTo(new Uploaded.Whole(true));
        assertThat(body.read).isEqualTo(bytes.length);
        assertThat(used(other)).isEqualTo(10_000);
        assertThat(rig.kept()).containsExactly(sha(bytes));
    }

    @Test
    void two_accounts_at_once_store_one_file() throws Exception {
        byte[] bytes = bytes(400_000);
        List<UUID> accounts = Stream.generate(db::account).limit(6).toList();
        try (ExecutorService threads = Executors.newFixedThreadPool(accounts.size())) {
            List<Future<Uploaded>> answers = accounts.stream()
                    .map(each -> threads.submit(() -> put(each, bytes)))
                    .toList();
            for (Future<Uploaded> answer : answers) {
                assertThat(answer.get()).isEqualTo(new Uploaded.Whole(true));
            }
        }
        for (UUID each : accounts) {
            assertThat(read(shelf.open(each, sha(bytes)))).isEqualTo(bytes);
        }
        assertThat(rig.kept()).containsExactly(sha(bytes));
    }

    @Test
    void one_account_uploads_an_artifact_once_at_a_time() throws Exception {
        byte[] bytes = bytes(100_000);
        var body = new GatedStream(bytes);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Uploaded> first = threads.submit(
                    () -> shelf.put(account, sha(bytes), new Piece(0, bytes.length, bytes.length), body));
            body.reached.await();
            refused(ErrorCode.CONFLICT_STATE, () -> put(account, bytes));
            body.goOn.countDown();
            assertThat(first.get()).isEqualTo(new Uploaded.Whole(true));
        }
        assertThat(read(shelf.open(account, sha(bytes)))).isEqualTo(bytes);
    }

    @Test
    void a_slow_upload_holds_no_connection() throws Exception {
        byte[] bytes = bytes(100_000);
        var body = new GatedStream(bytes);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Uploaded> upload = threads.submit(
                    () -> shelf.put(account, sha(bytes), new Piece(0, bytes.length, bytes.length), body));
            body.reached.await();
            long others = db.number("select count(*) from pg_stat_activity"
                    + " where datname = current_database() and pid <> pg_backend_pid()");
            body.goOn.countDown();
            upload.get();
            assertThat(others).isZero();
        }
    }

    @Test
    void transfers_are_bounded_by_account() throws Exception {
        shelf = shelf(new ArtifactLimits(MAX, QUOTA, 0, Duration.ofDays(1), Duration.ofDays(1), 8, 1));
        byte[] bytes = bytes(100_000);
        var body = new GatedStream(bytes);
        try (ExecutorService threads = Executors.newSingleThreadExecutor()) {
            Future<Uploaded> upload = threads.submit(
                    () -> shelf.put(account, sha(bytes), new Piece(0, bytes.length, bytes.length), body));
            body.reached.await();
            refused(ErrorCode.RATE_LIMITED, () -> put(account, bytes(10)));
            assertThat(put(db.account(), bytes(10))).isEqualTo(new Uploaded.Whole(true));
            body.goOn.countDown();
            upload.get();
        }
        assertThat(put(account, bytes(10))).isEqualTo(new Uploaded.Whole(true));
    }

    @Test
    void an_upload_slower_than_the_pace_gives_its_thread_back_and_keeps_what_came() {
        shelf = new ArtifactShelf(db.database(), vault, LIMITS, new Pace(Duration.ZERO, Long.MAX_VALUE));
        byte[] bytes = bytes(100_000);
        refused(
                ErrorCode.MALFORMED_REQUEST,
                () -> shelf.put(
                        account,
                        sha(bytes),
                        new Piece(0, bytes.length, bytes.length),
                        new DyingStream(bytes, bytes.length)));
        assertThat(shelf.look(account, sha(bytes))).isInstanceOf(Looked.Begun.class);
    }

    @Test
    void space_that_must_stay_free_is_not_taken() {
        shelf = shelf(new ArtifactLimits(MAX, QUOTA, 1L << 60, Duration.ofDays(1), Duration.ofDays(1), 8, 4));
        var piece = new Piece(0, 10, 10);
        refused(ErrorCode.UNAVAILABLE, () -> shelf.put(account, "a".repeat(64), piece, new UnreadStream()));
        assertThat(used(account)).isZero();
    }

    @Test
    void a_name_that_is_no_digest_is_nothing() {
        var piece = new Piece(0, 1, 1);
        refused(ErrorCode.NOT_FOUND, () -> shelf.put(account, "../../x", piece, new UnreadStream()));
        refused(ErrorCode.NOT_FOUND, () -> shelf.open(account, "../../x"));
        refused(ErrorCode.NOT_FOUND, () -> shelf.look(account, "A".repeat(64)));
    }

    @Test
    void bytes_that_are_gone_may_be_brought_again() throws IOException {
        byte[] bytes = bytes(10_000);
        put(account, bytes);
        rig.delete(rig.wholeFiles(sha(bytes)));
        refused(ErrorCode.UNAVAILABLE, () -> shelf.open(account, sha(bytes)));
        assertThat(put(account, bytes)).isEqualTo(new Uploaded.Whole(true));
        assertThat(read(shelf.open(account, sha(bytes)))).isEqualTo(bytes);
        assertThat(used(account)).isEqualTo(10_000);
    }

    ArtifactShelf shelf(ArtifactLimits limits) {
        return new ArtifactShelf(db.database(), vault, limits, PACE);
    }

    /** On the same database and the same place for bytes. */
    ArtifactShelf anotherServer() throws IOException {
        return new ArtifactShelf(db.database(), rig.open(), LIMITS, PACE);
    }

    private boolean fits(byte[] bytes) {
        try {
            put(account, bytes);
            return true;
        } catch (CoordinatorException e) {
            assertThat(e.code()).isEqualTo(ErrorCode.PAYLOAD_TOO_LARGE);
            return false;
        }
    }

    Uploaded put(UUID owner, byte[] bytes) {
        return shelf.put(owner, sha(bytes), new Piece(0, bytes.length, bytes.length), new ByteArrayInputStream(bytes));
    }

    Uploaded piece(byte[] bytes, int from, int length) {
        return shelf.put(
                account,
                sha(bytes),
                new Piece(from, length, bytes.length),
                new ByteArrayInputStream(bytes, from, length));
    }

    long used(UUID owner) {
        long counted = db.number("select coalesce((select bytes from artifact_usage where account_id = ?), 0)", owner);
        long real = db.number(
                "select coalesce(sum(artifact_charge(size)), 0) from (select account_id, size from artifact"
                        + " union all select account_id, size from artifact_upload) a where account_id = ?",
                owner);
        assertThat(counted).isEqualTo(real);
        return counted;
    }

    static byte[] read(Download download) throws IOException {
        var out = new ByteArrayOutputStream();
        download.sendTo(out);
        return out.toByteArray();
    }

    static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CoordinatorException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        new Random().nextBytes(bytes);
        return bytes;
    }

    static String sha(byte[] bytes) {
        return Digests.sha256Hex(bytes);
    }

    /** Gives some bytes, then fails as a lost connection does. */
    static class DyingStream extends InputStream {
        private final byte[] bytes;
        private final int dies;
        private int at;

        DyingStream(byte[] bytes, int dies) {
            this.bytes = bytes;
            this.dies = dies;
        }

        void beforeRead() {}

        @Override
        public int read() throws IOException {
            throw new IOException("read in blocks");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            beforeRead();
            if (at == dies) {
                throw new IOException("connection reset");
            }
            int given = Math.min(length, dies - at);
            System.arraycopy(bytes, at, buffer, offset, given);
            at += given;
            return given;
        }
    }

    /** Stops after its first block until it may go on. */
    static final class GatedStream extends DyingStream {
        private final CountDownLatch reached = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private int reads;

        GatedStream(byte[] bytes) {
            super(bytes, bytes.length);
        }

        @Override
        void beforeRead() {
            if (reads++ != 1) {
                return;
            }
            reached.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static final class UnreadStream extends InputStream {
        @Override
        public int read() {
            throw new AssertionError("the body was read");
        }

        @Override
        public int read(byte[] buffer, int offset, int length) {
            return read();
        }
    }

    private static final class CountingStream extends ByteArrayInputStream {
        private long read;

        CountingStream(byte[] bytes) {
            super(bytes);
        }

        @Override
        public synchronized int read(byte[] buffer, int offset, int length) {
            int given = super.read(buffer, offset, length);
            read += Math.max(0, given);
            return given;
        }
    }
}
