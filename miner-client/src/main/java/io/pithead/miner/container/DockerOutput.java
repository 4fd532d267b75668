package io.pithead.miner.container;

import com.github.dockerjava.transport.DockerHttpClient;
import io.pithead.miner.container.EngineException.Kind;
import io.pithead.miner.container.core.EngineTime;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.Instant;

/**
 * Reads the engine's frames: a byte for the stream, three of nothing, the length in four, then a time and what the container
 * wrote. Read here and not by the library because a time stands at the start of each frame, and the library does not keep
 * where a frame begins. Holds one buffer, whatever a frame claims to be.
 */
final class DockerOutput implements Engine.Output {
    private static final int BUFFER = 64 * 1024;
    private static final int STDERR = 2;
    /** Where the engine says that it cannot go on. */
    private static final int COMPLAINT = 3;

    private static final int HEADER = 8;
    private static final int LENGTH_AT = 4;
    private static final int MAX_TIME = 40;

    private final DockerHttpClient.Response response;
    private final byte[] header = new byte[HEADER];
    private final byte[] buffer = new byte[BUFFER];

    DockerOutput(DockerHttpClient.Response response) {
        this.response = response;
    }

    @Override
    public void forEach(Engine.Sink sink) throws EngineException {
        try (var in = new BufferedInputStream(response.getBody(), BUFFER)) {
            while (in.readNBytes(header, 0, HEADER) == HEADER) {
                int stream = header[0];
                if (stream == COMPLAINT) {
                    throw new IOException("the engine cannot read its own log");
                }
                int length = ByteBuffer.wrap(header).getInt(LENGTH_AT);
                frame(in, stream == STDERR, Integer.toUnsignedLong(length), sink);
            }
        } catch (EOFException e) {
            // the engine went away in the middle of a frame: whether the container did shows by itself
        } catch (IOException | RuntimeException e) {
            throw new EngineException(Kind.AWAY, "the output broke off: " + e);
        }
    }

    private void frame(InputStream in, boolean stderr, long length, Engine.Sink sink) throws IOException {
        Instant time = Instant.EPOCH;
        long left = length;
        boolean first = true;
        while (left > 0) {
            int got = in.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
            if (got == 0) {
                throw new EOFException();
            }
            left -= got;
            int from = 0;
            if (first) {
                int blank = blank(got);
                time = time(blank);
                from = blank < 0 ? 0 : blank + 1;
                first = false;
            }
            sink.accept(stderr, time, buffer, from, got);
        }
    }

    private int blank(int length) {
        for (int i = 0; i < Math.min(length, MAX_TIME); i++) {
            if (buffer[i] == ' ') {
                return i;
            }
        }
        return -1;
    }

    private Instant time(int blank) {
        try {
            return blank < 0 ? Instant.EPOCH : EngineTime.parse(buffer, 0, blank);
        } catch (DateTimeException e) {
            return Instant.EPOCH;
        }
    }

    @Override
    public void close() {
        response.close();
    }
}
