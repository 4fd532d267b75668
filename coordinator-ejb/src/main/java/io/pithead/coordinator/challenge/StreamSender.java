package io.pithead.coordinator.challenge;

import io.pithead.protocol.challenge.NetworkStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.UUID;

/** Sends a stream block by block; it ends with the time that the node has, however slowly the node takes it. */
public final class StreamSender {
    private static final long MIB = 1 << 20;

    private final NetworkStream stream;
    private final int mib;
    private final long began = System.nanoTime();
    private final Duration within;
    private final LinePlaces places;
    private final UUID account;

    StreamSender(NetworkStream stream, int mib, Duration within, LinePlaces places, UUID account) {
        this.stream = stream;
        this.mib = mib;
        this.within = within;
        this.places = places;
        this.account = account;
    }

    public long length() {
        return mib * MIB;
    }

    public void sendTo(OutputStream out) throws IOException {
        try (LinePlaces.Place place = places.enter(account)) {
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
}
