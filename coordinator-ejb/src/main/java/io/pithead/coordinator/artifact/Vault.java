package io.pithead.coordinator.artifact;

import io.pithead.coordinator.artifact.core.Pace;
import io.pithead.coordinator.artifact.core.Piece;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of artifacts lie: whole ones by digest, begun ones by account and digest. It knows nothing of rows and
 * rights. A vault that cannot be reached throws {@link io.pithead.coordinator.CoordinatorException}, unavailable.
 */
interface Vault extends AutoCloseable {
    /** A begun upload, closed to other writers. */
    interface Hold extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    /** A whole artifact. Nothing is open until it is read. */
    interface Stored {
        long size();

        InputStream open(long from, long length) throws IOException;
    }

    /** What one piece brought. Closing it leaves nothing of this request behind but what an upload continues from. */
    interface Arrival extends AutoCloseable {
        /** The SHA-256 of the artifact when it is complete; else null. */
        @Nullable
        String digest();

        /** Moves complete bytes as far as that can be done outside of any transaction. */
        void bring() throws IOException;

        /** In the transaction that writes the row, under the lock on the digest; may be repeated. Quick. */
        void place() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** A whole artifact that is about to be removed. */
    interface Aside {
        String sha256();

        /** Under the lock on the digest, when nobody needs it. */
        void take() throws IOException;

        /** Removes what was taken. */
        void drop() throws IOException;

        void putBack() throws IOException;
    }

    /** Empty while another thread writes this upload, or a process that writes to the same disk. */
    Optional<Hold> tryHold(ArtifactName name) throws IOException;

    /** How much of an upload is here; 0 when there is none. */
    long begun(ArtifactName name) throws IOException;

    boolean isBegunNewer(ArtifactName name, Instant than) throws IOException;

    /** Up to a bounded number of uploads that have begun, others in the next round. */
    Collection<ArtifactName> uploads() throws IOException;

    void discard(ArtifactName name) throws IOException;

    /** How many bytes of this machine's disk a piece takes. */
    long spaceFor(Piece piece);

    long usableBytes() throws IOException;

    /** Takes the bytes of a piece. What was taken stays when the sender is lost. */
    Arrival take(ArtifactName name, Piece piece, boolean afresh, InputStream body, Pace pace) throws IOException;

    Optional<Stored> find(String sha256) throws IOException;

    /** Empty when there is nothing that may go now. */
    Optional<Aside> aside(String sha256, Instant now) throws IOException;

    /** What a death left between taking and dropping. */
    List<Aside> leftAside() throws IOException;

    /** Gives the digests of a bounded part of the vault, the next part in the next round. */
    void walk(Instant now, Walker walker) throws IOException;

    /** Takes some digests of whole artifacts. */
    interface Walker {
        void on(Collection<String> digests) throws IOException;
    }

    /** Throws when the vault cannot be used now. */
    void check() throws IOException;

    @Override
    void close() throws IOException;
}
