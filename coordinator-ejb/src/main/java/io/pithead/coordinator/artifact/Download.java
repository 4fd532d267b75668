package io.pithead.coordinator.artifact;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.core.ByteRange;
import io.pithead.coordinator.artifact.core.Pace;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** An artifact that the caller may read. It holds nothing until it is sent. */
public final class Download {
    private static final Logger LOG = System.getLogger(Download.class.getName());

    private final ArtifactName name;
    private final Vault.Stored stored;
    private final Transfers transfers;
    private final Pace pace;

    Download(ArtifactName name, Vault.Stored stored, Transfers transfers, Pace pace) {
        this.name = name;
        this.stored = stored;
        this.transfers = transfers;
        this.pace = pace;
    }

    public long size() {
        return stored.size();
    }

    /** Its last bytes only when all of them have the digest that was asked for. */
    public void sendTo(OutputStream out) throws IOException {
        send(0, size(), out, Digests.sha256());
    }

    public void sendTo(OutputStream out, ByteRange.Part part) throws IOException {
        send(part.first(), part.length(), out, null);
    }

    @SuppressWarnings("try") // held, not used
    private void send(long from, long length, OutputStream out, @Nullable MessageDigest digest) throws IOException {
        try (Transfers.Slot slot = transfers.enter(name.accountId());
                InputStream in = stored.open(from, length)) {
            long start = System.nanoTime();
            byte[] buffer = new byte[Upload.BUFFER_BYTES];
            for (long sent = 0; sent < length; ) {
                int read = in.read(buffer, 0, (int) Math.min(buffer.length, length - sent));
                if (read < 0) {
                    throw new IOException("artifact.truncated sent=" + sent + " of=" + length);
                }
                if (digest != null) {
                    digest.update(buffer, 0, read);
                    if (sent + read == length) {
                        requireRight(digest.digest(), sent);
                    }
                }
                out.write(buffer, 0, read);
                sent += read;
                if (pace.isTooSlow(sent, Duration.ofNanos(System.nanoTime() - start))) {
                    throw new IOException("download.too_slow sent=" + sent);
                }
            }
        }
    }

    private void requireRight(byte[] digest, long sent) throws IOException {
        if (HexFormat.of().formatHex(digest).equals(name.sha256())) {
            return;
        }
        LOG.log(Level.ERROR, () -> "artifact.spoiled sha256=" + name.sha256());
        if (sent > 0) {
            throw new IOException("artifact.spoiled sent=" + sent);
        }
        throw new CoordinatorException(ErrorCode.UNAVAILABLE, "The artifact's bytes are spoiled in the store.");
    }
}
