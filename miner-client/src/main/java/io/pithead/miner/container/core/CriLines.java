package io.pithead.miner.container.core;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Cuts one stream of output into lines of the CRI log format: {@code <time> <stdout|stderr> <F|P> <text>}. A line longer than
 * {@link #MAX_PIECE} becomes several, all but the last marked {@code P}. What is not UTF-8 is replaced; everything else, colours
 * and carriage returns too, stays as it came. Holds one piece, however long the line. Not thread-safe.
 */
public final class CriLines {
    public static final int MAX_PIECE = 16 * 1024;
    private static final int LONGEST_CHARACTER = 4;
    private static final DateTimeFormatter SECOND =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.").withZone(ZoneOffset.UTC);
    private static final String NANOS = "000000000";
    private static final char FULL = 'F';
    private static final char PARTIAL = 'P';

    /** What stands between a line's time and its text. */
    private final String rest;

    private final Consumer<byte[]> lines;
    private final byte[] piece = new byte[MAX_PIECE];
    private int filled;
    /** Of the last line: most that follow are of the same second. */
    private byte[] head = {};

    private long headSecond = Long.MIN_VALUE;
    private Instant begun = Instant.EPOCH;

    /** @param lines takes each line with its line feed */
    public CriLines(String stream, Consumer<byte[]> lines) {
        this.rest = "Z " + stream + " " + FULL + " ";
        this.lines = lines;
    }

    public void accept(Instant time, byte[] bytes, int from, int to) {
        int begin = from;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                hold(time, bytes, begin, i);
                emit(time, filled, FULL);
                begin = i + 1;
            }
        }
        hold(time, bytes, begin, to);
    }

    private void hold(Instant time, byte[] bytes, int from, int to) {
        for (int at = from; at < to; ) {
            if (filled == piece.length) {
                emit(time, whole(), PARTIAL);
            }
            if (filled == 0) {
                begun = time;
            }
            int part = Math.min(to - at, piece.length - filled);
            System.arraycopy(bytes, at, piece, filled, part);
            filled += part;
            at += part;
        }
    }

    /** The output has ended, perhaps in the middle of a line. */
    public void end() {
        if (filled > 0) {
            emit(begun, filled, FULL);
        }
    }

    /** How many bytes can go without tearing the last character; only a character that is torn is kept back. */
    private int whole() {
        for (int back = 1; back < LONGEST_CHARACTER; back++) {
            int b = piece[filled - back] & 0xff;
            if (b >= 0xc0) {
                int length = b >= 0xf0 ? 4 : b >= 0xe0 ? 3 : 2;
                return length > back ? filled - back : filled;
            }
            if (b < 0x80) {
                return filled;
            }
        }
        return filled;
    }

    private void emit(Instant time, int length, char mark) {
        Instant at = filled == 0 ? time : begun;
        byte[] bytes = new String(piece, 0, length, StandardCharsets.UTF_8).getBytes(StandardCharsets.UTF_8);
        // each byte that was replaced has become three
        for (int from = 0; ; ) {
            int to = cut(bytes, from);
            boolean last = to == bytes.length;
            line(at, last ? mark : PARTIAL, bytes, from, to);
            if (last) {
                break;
            }
            from = to;
        }
        System.arraycopy(piece, length, piece, 0, filled - length);
        filled -= length;
        begun = time;
    }

    private static int cut(byte[] bytes, int from) {
        int to = Math.min(bytes.length, from + MAX_PIECE);
        while (to < bytes.length && (bytes[to] & 0xc0) == 0x80) {
            to--;
        }
        return to;
    }

    private void line(Instant at, char mark, byte[] text, int from, int to) {
        byte[] before = head(at, mark);
        byte[] line = Arrays.copyOf(before, before.length + to - from + 1);
        System.arraycopy(text, from, line, before.length, to - from);
        line[line.length - 1] = '\n';
        lines.accept(line);
    }

    private byte[] head(Instant at, char mark) {
        if (at.getEpochSecond() != headSecond) {
            headSecond = at.getEpochSecond();
            head = (SECOND.format(at) + NANOS + rest).getBytes(StandardCharsets.US_ASCII);
        }
        int end = head.length - rest.length();
        int nano = at.getNano();
        for (int i = end - 1; i >= end - NANOS.length(); i--) {
            head[i] = (byte) ('0' + nano % 10);
            nano /= 10;
        }
        head[head.length - 2] = (byte) mark;
        return head;
    }
}
