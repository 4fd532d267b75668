package io.pithead.coordinator.log;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.log.core.LogLimits;
import io.pithead.coordinator.log.core.LogPlan;
import io.pithead.coordinator.log.core.Span;
import io.pithead.coordinator.log.core.Utf8;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.log.LogAnswer;
import io.pithead.protocol.log.LogPiece;
import io.pithead.protocol.log.LogPieces;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;

/** Takes and gives the output of jobs. */
final class JobLog {
    /** Attempts of a job whose logs are kept. */
    static final int KEPT_ATTEMPTS = 3;

    private final Database database;
    private final LogLimits limits;
    private final Duration grace;

    JobLog(Database database, LogLimits limits, Duration grace) {
        this.database = database;
        this.limits = limits;
        this.grace = grace;
    }

    @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
    private record Bytes(long offset, byte[] data) {
        Span span() {
            return new Span(offset, offset + data.length);
        }
    }

    LogAnswer write(UUID providerAccount, LogPieces pieces) {
        List<Bytes> offered = pieces.pieces().stream().map(JobLog::bytes).toList();
        return database.inTransaction(connection -> {
            LogStore.lock(connection, pieces.id());
            LogStore.Holder holder = requireHolder(connection, providerAccount, pieces);
            return write(connection, pieces, holder.attempt(), offered);
        });
    }

    LogText read(UUID buyerAccount, UUID jobId, OptionalInt attempt, long offset, int limit) {
        return database.withConnection(connection -> {
            JobState state = LogStore.state(connection, buyerAccount, jobId).orElseThrow(JobLog::noSuchJob);
            var log = LogStore.log(connection, jobId, attempt);
            if (log.isEmpty()) {
                return new LogText(attempt.orElse(0), offset, new byte[0], offset, 0, state.isTerminal());
            }
            List<LogStore.Row> rows = LogStore.rows(connection, jobId, log.get().lease(), offset, limit);
            return text(log.get(), rows, offset, limit, state.isTerminal());
        });
    }

    private LogStore.Holder requireHolder(Connection connection, UUID account, LogPieces pieces) throws SQLException {
        LogStore.Holder holder = LogStore.holder(connection, pieces.id(), grace).orElseThrow(JobLog::noSuchJob);
        if (!account.equals(holder.provider())) {
            throw noSuchJob();
        }
        if (!pieces.lease().equals(holder.lease()) || !holder.live()) {
            throw new CoordinatorException(ErrorCode.LEASE_LOST, "This lease is over; its output is no longer taken.");
        }
        return holder;
    }

    private LogAnswer write(Connection connection, LogPieces pieces, int attempt, List<Bytes> offered)
            throws SQLException {
        UUID job = pieces.id();
        long lease = pieces.lease();
        List<Span> stored = LogStore.spans(connection, job, lease);
        LogPlan plan = LogPlan.decide(stored, offered.stream().map(Bytes::span).toList(), limits);
        LogStore.write(connection, job, lease, attempt, rows(plan, offered, true), rows(plan, offered, false));
        LogStore.drop(connection, job, lease, plan.drops());
        if (stored.isEmpty()) {
            LogStore.dropOldAttempts(connection, job, KEPT_ATTEMPTS);
        }
        return new LogAnswer(
                plan.nextOffset(),
                plan.missing().stream()
                        .map(gap -> new LogAnswer.Gap(gap.from(), gap.to()))
                        .toList());
    }

    private static List<LogStore.Row> rows(LogPlan plan, List<Bytes> offered, boolean isNew) {
        return plan.writes().stream()
                .filter(write -> write.isNew() == isNew)
                .map(write -> new LogStore.Row(write.row(), slice(offered, write.bytes())))
                .toList();
    }

    /** The plan writes nothing that no piece brings whole or in turn. */
    private static byte[] slice(List<Bytes> offered, Span wanted) {
        byte[] data = new byte[Math.toIntExact(wanted.length())];
        for (Bytes piece : offered) {
            long from = Math.max(wanted.from(), piece.offset());
            long to = Math.min(wanted.to(), piece.span().to());
            if (from < to) {
                System.arraycopy(
                        piece.data(),
                        Math.toIntExact(from - piece.offset()),
                        data,
                        Math.toIntExact(from - wanted.from()),
                        Math.toIntExact(to - from));
            }
        }
        return data;
    }

    /** The first stretch without a gap, cut between characters. */
    private static LogText text(LogStore.Log log, List<LogStore.Row> rows, long offset, int limit, boolean ended) {
        if (rows.isEmpty()) {
            return new LogText(log.attempt(), offset, new byte[0], offset, log.size(), ended);
        }
        long start = Math.max(offset, rows.getFirst().offset());
        var joined = new ByteArrayOutputStream();
        for (LogStore.Row row : rows) {
            long at = start + joined.size();
            if (row.offset() > at || joined.size() > limit) {
                break;
            }
            int skip = Math.toIntExact(at - row.offset());
            joined.write(row.data(), skip, row.data().length - skip);
        }
        byte[] all = joined.toByteArray();
        int torn = Utf8.torn(all);
        int end = Utf8.cut(all, Math.max(limit, torn + 1));
        byte[] text = Arrays.copyOfRange(all, torn, end);
        long next = start + end;
        return new LogText(log.attempt(), start + torn, text, next, log.size(), ended && next >= log.size());
    }

    private static Bytes bytes(LogPiece piece) {
        return new Bytes(piece.offset(), piece.text().getBytes(StandardCharsets.UTF_8));
    }

    private static CoordinatorException noSuchJob() {
        return new CoordinatorException(ErrorCode.JOB_NOT_FOUND, "There is no such job.");
    }
}
