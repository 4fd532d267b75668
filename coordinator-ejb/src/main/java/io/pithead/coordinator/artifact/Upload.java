package io.pithead.coordinator.artifact;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.core.Pace;
import io.pithead.coordinator.artifact.core.Piece;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Takes the bytes of one piece to the partial file, through one buffer of fixed size. */
final class Upload {
    static final int BUFFER_BYTES = 64 * 1024;
    private static final int RETRY_SECONDS = 60;
    private static final Logger LOG = System.getLogger(Upload.class.getName());

    private final Path file;
    private final Piece piece;
    private final Pace pace;

    static final Missing NOTHING_MISSING = channel -> {};

    /** Writes what is before the last piece and is not in the file yet. */
    interface Missing {
        void fetch(FileChannel channel) throws IOException;
    }

    /** The disk would not take the bytes. */
    static final class DiskException extends IOException {
        private static final long serialVersionUID = 1L;

        DiskException(Exception cause) {
            super(cause);
        }

        CoordinatorException refusal() {
            return new CoordinatorException(
                            ErrorCode.UNAVAILABLE,
                            "The server could not store the artifact: its disk is full or failing. Nothing was kept.")
                    .withRetryAfter(RETRY_SECONDS);
        }
    }

    Upload(Path file, Piece piece, Pace pace) {
        this.file = file;
        this.piece = piece;
        this.pace = pace;
    }

    /**
     * @return the SHA-256 of the artifact when this piece completed it, after which its bytes are on the disk; else null
     * @throws DiskException when the disk, not the sender, failed
     */
    @Nullable
    String receive(InputStream body, boolean afresh, Missing missing) throws IOException {
        // a piece that is the whole artifact is hashed as it passes; otherwise the file is read once when it is
        // complete,
        // so that many small pieces cost no more than that
        MessageDigest passing = afresh && piece.isLast() ? Digests.sha256() : null;
        try (FileChannel channel = open(afresh)) {
            copy(body, channel, passing);
            if (!piece.isLast()) {
                return null;
            }
            if (passing == null) {
                missing.fetch(channel);
            }
            return complete(channel, passing);
        }
    }

    private FileChannel open(boolean afresh) throws DiskException {
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (afresh && channel.size() > 0) {
                channel.truncate(0);
            }
            return channel.position(piece.from());
        } catch (IOException e) {
            throw new DiskException(e);
        }
    }

    private void copy(InputStream body, FileChannel channel, @Nullable MessageDigest digest) throws IOException {
        long start = System.nanoTime();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (long taken = 0; taken < piece.length(); ) {
            int read = read(body, buffer, (int) Math.min(buffer.length, piece.length() - taken));
            if (read < 0) {
                throw broken("The body ended before the bytes that were announced.", taken);
            }
            write(channel, ByteBuffer.wrap(buffer, 0, read));
            if (digest != null) {
                digest.update(buffer, 0, read);
            }
            taken += read;
            requirePace(taken, start);
        }
    }

    private void requirePace(long taken, long start) {
        if (pace.isTooSlow(taken, Duration.ofNanos(System.nanoTime() - start))) {
            throw broken("The upload is too slow; continue it from the offset it has reached.", taken);
        }
    }

    /** @return less than nothing at the end, and when the sender is lost: that is no fault of ours */
    private static int read(InputStream body, byte[] buffer, int length) {
        try {
            return body.read(buffer, 0, length);
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "upload.sender_lost cause=" + e);
            return -1;
        }
    }

    private CoordinatorException broken(String message, long taken) {
        return new CoordinatorException(ErrorCode.MALFORMED_REQUEST, message, Map.of("offset", piece.from() + taken));
    }

    static void write(FileChannel channel, ByteBuffer bytes) throws DiskException {
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } catch (IOException e) {
            throw new DiskException(e);
        }
    }

    private static String complete(FileChannel channel, @Nullable MessageDigest passed) throws DiskException {
        try {
            channel.force(true);
            MessageDigest digest = passed == null ? reread(channel) : passed;
            return HexFormat.of().formatHex(digest.digest());
        } catch (IOException e) {
            throw new DiskException(e);
        }
    }

    private static MessageDigest reread(FileChannel channel) throws IOException {
        MessageDigest digest = Digests.sha256();
        ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
        channel.position(0);
        while (channel.read(buffer) >= 0) {
            digest.update(buffer.flip());
            buffer.clear();
        }
        return digest;
    }
}
