package io.pithead.miner.container.core;

import java.io.IOException;
import java.io.OutputStream;
import java.util.SplittableRandom;

/**
 * Cuts a stream where its content says so (a rolling "gear" hash), so that what is put in or taken out changes the pieces about
 * it and no others. Holds one piece. Not thread-safe.
 */
public final class ContentChunks extends OutputStream {
    static final int LEAST = 256 * 1024;
    public static final int MOST = 8 * 1024 * 1024;
    /** Twenty bits: a cut every MiB on the average, once the least is full. */
    private static final long MASK = 0xFFFFFL << 40;

    private static final long[] GEAR =
            new SplittableRandom(0x70697468656164L).longs(256).toArray();

    private final Sink sink;
    private final byte[] piece = new byte[MOST];
    private int filled;
    private long hash;

    /** Takes each piece; the bytes are only valid during the call. */
    public interface Sink {
        void accept(byte[] bytes, int length) throws IOException;
    }

    public ContentChunks(Sink sink) {
        this.sink = sink;
    }

    @Override
    public void write(int b) throws IOException {
        byte value = (byte) b;
        piece[filled++] = value;
        hash = (hash << 1) + GEAR[value & 0xff];
        if (filled == MOST || (filled >= LEAST && (hash & MASK) == 0)) {
            cut();
        }
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        for (int i = from; i < from + length; i++) {
            write(bytes[i]);
        }
    }

    private void cut() throws IOException {
        sink.accept(piece, filled);
        filled = 0;
        hash = 0;
    }

    @Override
    public void close() throws IOException {
        if (filled > 0) {
            cut();
        }
    }
}
