package io.pithead.coordinator.artifact;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.core.ArtifactLimits;
import io.pithead.coordinator.artifact.core.Pace;
import io.pithead.coordinator.artifact.core.Piece;
import io.pithead.coordinator.artifact.core.UploadDecision;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.error.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;

/** The artifact store: its bytes and rows together. */
final class ArtifactShelf {
    /** Begun uploads of one account: small ones cost a file each, whatever the quota says. */
    static final int MAX_BEGUN = 256;

    private static final int BUSY_RETRY_SECONDS = 1;
    private static final int DISK_RETRY_SECONDS = 60;
    private static final Logger LOG = System.getLogger(ArtifactShelf.class.getName());

    private final Database database;
    private final Vault vault;
    private final ArtifactLimits limits;
    private final Pace pace;
    private final Transfers transfers;

    ArtifactShelf(Database database, Vault vault, ArtifactLimits limits, Pace pace) {
        this.database = database;
        this.vault = vault;
        this.limits = limits;
        this.pace = pace;
        this.transfers = new Transfers(limits);
    }

    /** Takes one piece of an artifact. What was taken stays when the sender is lost, and can be continued. */
    @SuppressWarnings("try") // held, not used
    Uploaded put(UUID accountId, String sha256, Piece piece, InputStream body) {
        ArtifactName name = named(accountId, sha256);
        requireFits(piece);
        if (isKnown(name)) {
            return new Uploaded.Whole(false);
        }
        try (Transfers.Slot slot = transfers.enter(accountId);
                Vault.Hold hold = hold(name)) {
            return take(name, piece, body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the account may read, or how far its own upload is. */
    Looked look(UUID accountId, String sha256) {
        ArtifactName name = named(accountId, sha256);
        boolean readable = database.withConnection(c -> ArtifactStore.mayRead(c, name));
        try {
            if (readable) {
                return new Looked.Whole(stored(name).size());
            }
            long total =
                    database.withConnection(c -> ArtifactStore.begun(c, name)).orElseThrow(() -> notFound());
            return new Looked.Begun(offset(name, total), total);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Download open(UUID accountId, String sha256) {
        ArtifactName name = named(accountId, sha256);
        if (!database.withConnection(c -> ArtifactStore.mayRead(c, name))) {
            throw notFound();
        }
        transfers.requireRoom(accountId);
        try {
            return new Download(name, stored(name), transfers, pace);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Uploaded take(ArtifactName name, Piece piece, InputStream body) throws IOException {
        boolean afresh = admit(name, piece);
        try (Vault.Arrival arrival = vault.take(name, piece, afresh, body, pace)) {
            String digest = arrival.digest();
            if (digest == null) {
                return new Uploaded.Part(piece.from() + piece.length(), piece.total());
            }
            if (!digest.equals(name.sha256())) {
                discard(name);
                throw new CoordinatorException(
                        ErrorCode.INVALID_PAYLOAD,
                        "The bytes do not have the digest that the address names. They were removed.",
                        Map.of("/sha256", "is " + digest));
            }
            arrival.bring();
            place(arrival, name, piece.total());
            return new Uploaded.Whole(true);
        } catch (Upload.DiskException e) {
            LOG.log(Level.ERROR, () -> "artifact.disk_failed sha256=" + name.sha256() + " cause=" + e.getCause());
            discard(name);
            throw e.refusal();
        }
    }

    /** @return whether the upload begins afresh */
    private boolean admit(ArtifactName name, Piece piece) throws IOException {
        OptionalLong begun = database.withConnection(c -> ArtifactStore.begun(c, name));
        boolean afresh = switch (UploadDecision.decide(
                piece, begun.orElse(-1), offset(name, begun.orElse(0)), limits.maxBytes())) {
            case UploadDecision.Accept accept -> accept.afresh();
            case UploadDecision.TooLarge tooLarge -> throw tooLarge(tooLarge.max());
            case UploadDecision.OtherSize other ->
                throw new CoordinatorException(
                        ErrorCode.CONFLICT_STATE,
                        "An upload of this artifact with another size has begun.",
                        Map.of("size", other.begun()));
            case UploadDecision.WrongOffset wrong ->
                throw new CoordinatorException(
                        ErrorCode.CONFLICT_STATE,
                        "The piece does not begin where the upload stands.",
                        Map.of("offset", wrong.wanted()));
        };
        requireSpace(piece);
        database.inTransaction(connection -> {
            reserve(connection, name, piece.total());
            return true;
        });
        return afresh;
    }

    /** Bytes that are all here, and were not placed, come again: no piece could continue them. */
    private long offset(ArtifactName name, long total) throws IOException {
        long offset = vault.begun(name);
        return offset < total ? offset : 0;
    }

    private void reserve(Connection connection, ArtifactName name, long total) throws SQLException {
        long used = ArtifactStore.reserve(connection, name, total);
        if (used > limits.quotaBytes()) {
            throw new CoordinatorException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The artifact does not fit into what the account may still store.",
                    Map.of("quota_bytes", limits.quotaBytes(), "size", total));
        }
        if (ArtifactStore.begunCount(connection, name.accountId()) > MAX_BEGUN) {
            throw new CoordinatorException(
                    ErrorCode.CONFLICT_STATE,
                    "The account has too many uploads that have begun and not ended.",
                    Map.of("max_begun", MAX_BEGUN));
        }
    }

    private void requireSpace(Piece piece) throws IOException {
        if (vault.usableBytes() - limits.minFreeBytes() < vault.spaceFor(piece)) {
            throw new CoordinatorException(ErrorCode.UNAVAILABLE, "The server's disk is full. Nothing was kept.")
                    .withRetryAfter(DISK_RETRY_SECONDS);
        }
    }

    private void place(Vault.Arrival arrival, ArtifactName name, long size) throws Upload.DiskException {
        try {
            database.inTransaction(connection -> {
                ArtifactStore.lock(connection, name.sha256());
                place(arrival);
                ArtifactStore.own(connection, name, size, limits.retention());
                return true;
            });
        } catch (UncheckedIOException e) {
            throw new Upload.DiskException(e);
        }
        LOG.log(
                Level.DEBUG,
                () -> "artifact.stored account=" + name.accountId() + " sha256=" + name.sha256() + " size=" + size);
    }

    private static void place(Vault.Arrival arrival) {
        try {
            arrival.place();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void discard(ArtifactName name) throws IOException {
        vault.discard(name);
        database.withConnection(c -> ArtifactStore.release(c, name));
    }

    private boolean isKnown(ArtifactName name) {
        try {
            if (!database.withConnection(c -> ArtifactStore.owns(c, name))
                    || vault.find(name.sha256()).isEmpty()) {
                return false;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return database.withConnection(c -> ArtifactStore.keep(c, name, limits.retention()));
    }

    private Vault.Hold hold(ArtifactName name) throws IOException {
        return vault.tryHold(name)
                .orElseThrow(() -> new CoordinatorException(
                                ErrorCode.CONFLICT_STATE, "This artifact is being uploaded by this account now.")
                        .withRetryAfter(BUSY_RETRY_SECONDS));
    }

    private Vault.Stored stored(ArtifactName name) throws IOException {
        return vault.find(name.sha256()).orElseThrow(() -> {
            LOG.log(Level.ERROR, () -> "artifact.bytes_missing sha256=" + name.sha256());
            return new CoordinatorException(ErrorCode.UNAVAILABLE, "The artifact's bytes are not in the store.");
        });
    }

    private void requireFits(Piece piece) {
        if (piece.total() > limits.maxBytes()) {
            throw tooLarge(limits.maxBytes());
        }
    }

    private static ArtifactName named(UUID accountId, String sha256) {
        if (!ArtifactName.isDigest(sha256)) {
            throw notFound();
        }
        return new ArtifactName(accountId, sha256);
    }

    private static CoordinatorException tooLarge(long max) {
        return new CoordinatorException(
                ErrorCode.PAYLOAD_TOO_LARGE, "The artifact is larger than any may be.", Map.of("max_bytes", max));
    }

    private static CoordinatorException notFound() {
        return new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such artifact.");
    }
}
