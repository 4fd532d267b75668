package io.pithead.miner.log;

import io.pithead.miner.api.Answer;
import io.pithead.miner.api.CoordinatorApi;
import io.pithead.protocol.log.LogAnswer;
import io.pithead.protocol.log.LogPiece;
import io.pithead.protocol.log.LogPieces;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Brings one attempt's output to the coordinator. One thread at a time. */
public final class LogShipper {
    /** Escaped in JSON it may grow sixfold; the whole body must stay under the API's 1 MiB. */
    static final int MAX_PIECE = 128 * 1024;
    /** Who is further behind begins anew near the end, and fills the gap when there is time. */
    static final int MAX_BEHIND = 1024 * 1024;
    /** Enough for all that a ring keeps, and for the coordinator's changing its mind. */
    private static final int MAX_ROUNDS = 256;

    private final CoordinatorApi api;
    private final UUID job;
    private final long lease;
    private final LogRing ring;
    private boolean asked;
    private long next;
    private List<LogAnswer.Gap> missing = List.of();
    /** The gap's piece that went last: a coordinator that asks for it again has not kept it, and will not. */
    private long filled = -1;

    public LogShipper(CoordinatorApi api, UUID job, long lease, LogRing ring) {
        this.api = api;
        this.job = job;
        this.lease = lease;
        this.ring = ring;
    }

    /** What a round came to. */
    public enum Round {
        SENT,
        NOTHING_TO_SEND,
        /** No answer, or one that may be another in a moment. */
        LATER,
        /** The coordinator takes no more of it. */
        REFUSED
    }

    /** Sends at most one piece. */
    public Round round() {
        if (!asked) {
            return ask();
        }
        Optional<LogRing.Stretch> stretch = choose();
        if (stretch.isEmpty()) {
            return Round.NOTHING_TO_SEND;
        }
        LogRing.Stretch part = stretch.get();
        String text = new String(part.bytes(), StandardCharsets.UTF_8);
        // what the coordinator will not keep it does not ask for, and it is not sent again
        return send(List.of(new LogPiece(part.offset(), text)), part.to());
    }

    /** Where the coordinator's copy ends: an earlier sender may have come a long way. */
    private Round ask() {
        Round round = send(List.of(), 0);
        asked = round == Round.SENT;
        return round;
    }

    private Round send(List<LogPiece> pieces, long to) {
        return switch (api.logs(new LogPieces(job, lease, pieces))) {
            case Answer.Ok<LogAnswer> ok -> {
                next = Math.max(Math.max(next, to), Math.min(ok.value().nextOffset(), ring.end()));
                missing = ok.value().missing();
                yield Round.SENT;
            }
            case Answer.Refused<LogAnswer> refused -> passes(refused.status()) ? Round.LATER : Round.REFUSED;
            case Answer.Lost<LogAnswer> lost -> Round.LATER;
        };
    }

    /** Everything that is kept here and wanted there. @return false when it should be tried again later */
    public boolean finish() throws InterruptedException {
        for (int i = 0; i < MAX_ROUNDS; i++) {
            switch (round()) {
                case SENT -> {}
                case NOTHING_TO_SEND, REFUSED -> {
                    return true;
                }
                case LATER -> {
                    return false;
                }
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return true;
    }

    private static boolean passes(int status) {
        return status == 401 || status == 403 || status == 408 || status == 425 || status == 429 || status >= 500;
    }

    private Optional<LogRing.Stretch> choose() {
        long end = ring.end();
        if (next < end) {
            long from = end - next > MAX_BEHIND ? end - MAX_BEHIND : next;
            return ring.read(from, end, MAX_PIECE).flatMap(LogShipper::whole);
        }
        for (LogAnswer.Gap gap : missing) {
            Optional<LogRing.Stretch> part =
                    ring.read(gap.from(), gap.to(), MAX_PIECE).flatMap(LogShipper::whole);
            if (part.isPresent() && part.get().offset() > filled) {
                filled = part.get().offset();
                return part;
            }
        }
        return Optional.empty();
    }

    /** Without the parts of characters at either edge: sent alone they would come to others, and to another length. */
    private static Optional<LogRing.Stretch> whole(LogRing.Stretch stretch) {
        byte[] bytes = stretch.bytes();
        int from = 0;
        while (from < bytes.length && (bytes[from] & 0xc0) == 0x80) {
            from++;
        }
        int to = bytes.length;
        int start = to - 1;
        while (start > from && (bytes[start] & 0xc0) == 0x80) {
            start--;
        }
        if (start >= from && start + length(bytes[start] & 0xff) > to) {
            to = start;
        }
        return to > from
                ? Optional.of(
                        new LogRing.Stretch(stretch.offset() + from, java.util.Arrays.copyOfRange(bytes, from, to)))
                : Optional.empty();
    }

    private static int length(int first) {
        return first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : first >= 0xc0 ? 2 : 1;
    }
}
