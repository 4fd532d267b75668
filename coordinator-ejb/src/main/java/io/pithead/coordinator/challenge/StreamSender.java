package io.pithead.coordinator.challenge;

import io.pithead.protocol.challenge.NetworkStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/** Sends a stream block by block; it ends with the time that the node has, however slowly the node takes it. */
public final class StreamSender {
    private static final long MIB = 1 << 20;

    private final NetworkStream stream;
    private final int mib;
    private final long began = System.nanoTime();
    private final Duration within;

    StreamSender(NetworkStream stream, int mib, Duration within) {
        this.stream = stream;
        this.mib = mib;
        this.within = within;
    }

    public long length() {
        return mib * MIB;
    }

    public void sendTo(OutputStream out) throws IOException {
        stream.sendTo(
                block -> {
                    if (System.nanoTime() - began > within.toNanos()) {
                        throw new IOException("the time for the stream is over");
                    }
                    out.write(block);
                },
                mib);
    }
}
