package io.pithead.coordinator.artifact;

import io.pithead.coordinator.artifact.core.ByteRange;
import io.pithead.coordinator.artifact.core.Pace;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.UUID;

/** An artifact that the caller may read. It holds nothing until it is sent. */
public final class Download {
    private final Path file;
    private final long size;
    private final UUID accountId;
    private final Transfers transfers;
    private final Pace pace;

    Download(Path file, long size, UUID accountId, Transfers transfers, Pace pace) {
        this.file = file;
        this.size = size;
        this.accountId = accountId;
        this.transfers = transfers;
        this.pace = pace;
    }

    public long size() {
        return size;
    }

    public void sendTo(OutputStream out) throws IOException {
        send(0, size, out);
    }

    public void sendTo(OutputStream out, ByteRange.Part part) throws IOException {
        send(part.first(), part.length(), out);
    }

    @SuppressWarnings("try") // held, not used
    private void send(long from, long length, OutputStream out) throws IOException {
        try (Transfers.Slot slot = transfers.enter(accountId);
                FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
                InputStream in = Channels.newInputStream(channel.position(from))) {
            long start = System.nanoTime();
            byte[] buffer = new byte[Upload.BUFFER_BYTES];
            for (long sent = 0; sent < length; ) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, length - sent));
                if (read < 0) {
                    throw new IOException("artifact.truncated sent=" + sent + " of=" + length);
                }
                out.write(buffer, 0, read);
                sent += read;
                if (pace.isTooSlow(sent, Duration.ofNanos(System.nanoTime() - start))) {
                    throw new IOException("download.too_slow sent=" + sent);
                }
            }
        }
    }
}
