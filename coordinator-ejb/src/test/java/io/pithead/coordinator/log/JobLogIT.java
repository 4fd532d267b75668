package io.pithead.coordinator.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.log.core.LogLimits;
import io.pithead.coordinator.testing.TestDatabase;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.log.LogAnswer;
import io.pithead.protocol.log.LogAnswer.Gap;
import io.pithead.protocol.log.LogPiece;
import io.pithead.protocol.log.LogPieces;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class JobLogIT {
    private static final long MAX_BYTES = LogLimits.MIN_BYTES;
    private static final int LIMIT = 1_000;

    private static TestDatabase db;

    private JobLog log;
    private UUID buyer;
    private UUID provider;
    private UUID job;
    private long lease;

    @BeforeAll
    static void migrate() {
        db = TestDatabase.create();
    }

    @BeforeEach
    void leased() {
        log = new JobLog(db.database(), LogLimits.of(MAX_BYTES), Duration.ofMinutes(5));
        buyer = db.account();
        provider = db.account();
        job = db.job(buyer, "{}");
        lease = db.lease(job, db.node(provider));
    }

    @Test
    void what_the_miner_writes_the_buyer_reads() {
        assertThat(write(0, "one\n")).isEqualTo(new LogAnswer(4, List.of()));
        assertThat(write(4, "two\u0000 ü\n")).isEqualTo(new LogAnswer(12, List.of()));
        LogText text = read(0);
        assertThat(string(text)).isEqualTo("one\ntwo\u0000 ü\n");
        assertThat(text.attempt()).isEqualTo(1);
        assertThat(text.nextOffset()).isEqualTo(12);
        assertThat(text.complete()).isFalse();
        assertThat(string(read(4))).isEqualTo("two\u0000 ü\n");
        assertThat(read(12).text()).isEmpty();
        assertThat(db.number("select count(*) from job_log where job_id = ?", job))
                .isOne();
    }

    @Test
    void a_gap_is_asked_for_and_filled() {
        write(0, "abc");
        assertThat(write(6, "ghi")).isEqualTo(new LogAnswer(9, List.of(new Gap(3, 6))));
        assertThat(string(read(0))).isEqualTo("abc");
        LogText beyond = read(3);
        assertThat(beyond.offset()).isEqualTo(6);
        assertThat(string(beyond)).isEqualTo("ghi");
        assertThat(write(3, "def")).isEqualTo(new LogAnswer(9, List.of()));
        assertThat(string(read(0))).isEqualTo("abcdefghi");
    }

    @Test
    void a_byte_that_is_there_stays_what_it_was() {
        write(0, "abcdef");
        write(2, "XXXXXX");
        assertThat(string(read(0))).isEqualTo("abcdefXX");
    }

    @Test
    void of_a_long_output_the_two_ends_are_kept() {
        String line = "0123456789abcde\n".repeat(1_024);
        long end = 0;
        for (int i = 0; i < 40; i++) {
            end = write(end, line).nextOffset();
        }
        assertThat(db.number("select sum(octet_length(data)) from job_log where job_id = ?", job))
                .isBetween(MAX_BYTES / 2, MAX_BYTES);
        assertThat(string(read(0))).startsWith("0123456789abcde\n");
        LogText last = log.read(buyer, job, OptionalInt.empty(), end - 32, LIMIT);
        assertThat(string(last)).isEqualTo("0123456789abcde\n".repeat(2));
        LogText cut = log.read(buyer, job, OptionalInt.empty(), MAX_BYTES / 2, LIMIT);
        assertThat(cut.offset())
                .as("what is not kept is left out, and it shows")
                .isGreaterThan(MAX_BYTES / 2);
    }

    @Test
    void a_stretch_ends_between_characters_and_the_next_goes_on_there() {
        String written = "€".repeat(2_000);
        write(0, written);
        var read = new StringBuilder();
        for (LogText text = read(0); text.text().length > 0; text = read(text.nextOffset())) {
            assertThat(text.text().length).isLessThanOrEqualTo(LIMIT);
            read.append(string(text));
        }
        assertThat(read).hasToString(written);
    }

    @Test
    void only_the_holder_of_the_lease_writes() {
        refused(ErrorCode.JOB_NOT_FOUND, () -> log.write(db.account(), pieces(lease, 0, "x")));
        refused(ErrorCode.JOB_NOT_FOUND, () -> log.write(buyer, pieces(lease, 0, "x")));
        refused(ErrorCode.LEASE_LOST, () -> log.write(provider, pieces(lease + 1, 0, "x")));
        db.end(job, "QUEUED", 0);
        long next = db.lease(job, db.node(db.account()));
        refused(ErrorCode.JOB_NOT_FOUND, () -> log.write(provider, pieces(next, 0, "x")));
        assertThat(read(0).text()).isEmpty();
    }

    @Test
    void for_a_while_after_the_end_the_rest_is_taken_and_no_longer() {
        write(0, "running ");
        db.end(job, "COMPLETED", 0);
        write(8, "done");
        LogText text = read(0);
        assertThat(string(text)).isEqualTo("running done");
        assertThat(text.complete()).isTrue();
        var strict = new JobLog(db.database(), LogLimits.of(MAX_BYTES), Duration.ZERO);
        refused(ErrorCode.LEASE_LOST, () -> strict.write(provider, pieces(lease, 12, "!")));
    }

    @Test
    void another_account_s_log_is_no_log() {
        write(0, "secret");
        refused(ErrorCode.JOB_NOT_FOUND, () -> log.read(db.account(), job, OptionalInt.empty(), 0, LIMIT));
        refused(ErrorCode.JOB_NOT_FOUND, () -> log.read(provider, job, OptionalInt.empty(), 0, LIMIT));
    }

    @Test
    void each_attempt_has_its_own_log_and_the_last_ones_are_kept() {
        write(0, "attempt 1");
        for (int attempt = 2; attempt <= 3; attempt++) {
            nextAttempt();
            write(0, "attempt " + attempt);
        }
        assertThat(string(read(0))).isEqualTo("attempt 3");
        assertThat(string(log.read(buyer, job, OptionalInt.of(1), 0, LIMIT))).isEqualTo("attempt 1");
        db.update("update job set max_attempts = 9 where id = ?", job);
        nextAttempt();
        write(0, "attempt 4");
        assertThat(log.read(buyer, job, OptionalInt.of(1), 0, LIMIT).text()).isEmpty();
        assertThat(string(log.read(buyer, job, OptionalInt.of(2), 0, LIMIT))).isEqualTo("attempt 2");
    }

    @Test
    void a_job_that_wrote_nothing_has_an_empty_log() {
        assertThat(read(0).complete()).isFalse();
        db.end(job, "CANCELED", 0);
        assertThat(read(0).complete()).isTrue();
    }

    @Test
    void pieces_sent_twice_and_at_once_are_stored_once() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            var answers = new ArrayList<Future<LogAnswer>>();
            for (int i = 0; i < 40; i++) {
                int at = i / 2 * 100;
                answers.add(threads.submit(() -> write(at, "x".repeat(100))));
            }
            for (Future<LogAnswer> answer : answers) {
                answer.get();
            }
        }
        assertThat(db.number("select sum(octet_length(data)) from job_log where job_id = ?", job))
                .isEqualTo(2_000);
        LogText first = log.read(buyer, job, OptionalInt.empty(), 0, 4_000);
        assertThat(string(first)).isEqualTo("x".repeat(2_000));
    }

    private void nextAttempt() {
        db.end(job, "QUEUED", 0);
        lease = db.lease(job, db.node(provider));
    }

    private LogAnswer write(long offset, String text) {
        return log.write(provider, pieces(lease, offset, text));
    }

    private LogPieces pieces(long token, long offset, String text) {
        return new LogPieces(job, token, List.of(new LogPiece(offset, text)));
    }

    private LogText read(long offset) {
        return log.read(buyer, job, OptionalInt.empty(), offset, LIMIT);
    }

    private static String string(LogText text) {
        return new String(text.text(), StandardCharsets.UTF_8);
    }

    private static void refused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        CoordinatorException.class, e -> assertThat(e.code()).isEqualTo(code));
    }
}
