package io.pithead.miner.testing;

import io.pithead.protocol.log.LogAnswer;
import io.pithead.protocol.log.LogPiece;
import io.pithead.protocol.log.LogPieces;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/** A job's output as the coordinator has it: a head and a tail, and what is missing between is asked for. */
public final class TestLog {
    private static final long HEAD = 256 * 1024;
    private static final long TAIL = 768 * 1024;

    private final TreeMap<Long, byte[]> pieces = new TreeMap<>();
    private int calls;

    synchronized LogAnswer take(LogPieces offered) {
        calls++;
        for (LogPiece piece : offered.pieces()) {
            byte[] bytes = piece.text().getBytes(StandardCharsets.UTF_8);
            pieces.merge(piece.offset(), bytes, (a, b) -> a.length >= b.length ? a : b);
        }
        long tail = Math.max(HEAD, end() - TAIL);
        pieces.entrySet().removeIf(piece -> piece.getKey() >= HEAD && piece.getKey() + piece.getValue().length <= tail);
        return new LogAnswer(end(), missing(tail));
    }

    private long end() {
        return pieces.isEmpty()
                ? 0
                : pieces.lastEntry().getKey() + pieces.lastEntry().getValue().length;
    }

    private List<LogAnswer.Gap> missing(long tail) {
        var gaps = new ArrayList<LogAnswer.Gap>();
        long at = 0;
        for (var piece : pieces.entrySet()) {
            add(gaps, at, Math.min(piece.getKey(), HEAD));
            add(gaps, Math.max(at, tail), piece.getKey());
            at = Math.max(at, piece.getKey() + piece.getValue().length);
        }
        return gaps;
    }

    private static void add(List<LogAnswer.Gap> gaps, long from, long to) {
        if (from < to) {
            gaps.add(new LogAnswer.Gap(from, to));
        }
    }

    /** The calls that brought it. */
    public synchronized int calls() {
        return calls;
    }

    /** Everything that is there, in order. */
    public synchronized String text() {
        var text = new StringBuilder();
        long at = 0;
        for (var piece : pieces.entrySet()) {
            byte[] bytes = piece.getValue();
            int skip = Math.clamp(at - piece.getKey(), 0, bytes.length);
            text.append(new String(bytes, skip, bytes.length - skip, StandardCharsets.UTF_8));
            at = Math.max(at, piece.getKey() + bytes.length);
        }
        return text.toString();
    }

    /** Without times, streams and marks. */
    public synchronized List<String> lines() {
        return Arrays.stream(text().split("\n", -1))
                .map(line -> line.split(" ", 4))
                .filter(line -> line.length == 4)
                .map(line -> line[3])
                .toList();
    }

    public synchronized long size() {
        return end();
    }
}
