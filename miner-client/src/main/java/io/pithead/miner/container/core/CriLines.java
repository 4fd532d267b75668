package io.pithead.miner.container.core;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.function.Consumer;

/**
 * Cuts one stream of output into lines of the CRI log format: {@code <time> <stdout|stderr> <F|P> <text>}. A line longer than
 * {@link #MAX_PIECE} becomes several, all but the last marked {@code P}. What is not UTF-8 is replaced; everything else, colours
 * and carriage returns too, stays as it came. Holds one piece, however long the line. Not thread-safe.
 */
public final class CriLines {
    public static final int MAX_PIECE = 16 * 1024;
    private static final int LONGEST_CHARACTER = 4;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.nnnnnnnnn'Z'").withZone(ZoneOffset.UTC);

    private final String stream;
    private final Consumer<byte[]> lines;
    private final byte[] piece = new byte[MAX_PIECE];
    private int filled;
    private Instant begun = Instant.EPOCH;

    /** @param lines takes each line with its line feed */
    public CriLines(String stream, Consumer<byte[]> lines) {
        this.stream = stream;
        this.lines = lines;
    }

    public void accept(Instant time, byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\n') {
                emit(time, filled, "F");
                continue;
            }
            if (filled == piece.length) {
                emit(time, whole(), "P");
            }
            if (filled == 0) {
                begun = time;
            }
            piece[filled++] = bytes[i];
        }
    }

    /** The output has ended, perhaps in the middle of a line. */
    public void end() {
        if (filled > 0) {
            emit(begun, filled, "F");
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

    private void emit(Instant time, int length, String mark) {
        Instant at = filled == 0 ? time : begun;
        String text = decode(length);
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        // each byte that was replaced has become three
        for (int from = 0; ; ) {
            int to = cut(bytes, from);
            boolean last = to == bytes.length;
            line(at, last ? mark : "P", bytes, from, to);
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

    private void line(Instant at, String mark, byte[] text, int from, int to) {
        byte[] head = (TIME.format(at) + " " + stream + " " + mark + " ").getBytes(StandardCharsets.US_ASCII);
        byte[] line = new byte[head.length + to - from + 1];
        System.arraycopy(head, 0, line, 0, head.length);
        System.arraycopy(text, from, line, head.length, to - from);
        line[line.length - 1] = '\n';
        lines.accept(line);
    }

    private String decode(int length) {
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPLACE)
                .onUnmappableCharacter(CodingErrorAction.REPLACE);
        CharBuffer chars = CharBuffer.allocate(length + 1);
        decoder.decode(ByteBuffer.wrap(piece, 0, length), chars, true);
        decoder.flush(chars);
        return chars.flip().toString();
    }
}
