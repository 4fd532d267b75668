package io.pithead.coordinator.artifact;

import io.pithead.coordinator.artifact.core.ArtifactLimits;
import io.pithead.coordinator.platform.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Removes what nobody needs any more, a bounded part in each round. */
final class ArtifactSweeper {
    static final int BATCH = 200;
    private static final int MAX_LEAF = 10_000;
    private static final int MAX_PARTIALS = 10_000;
    private static final int SHA256_HEX_LENGTH = 64;
    private static final Logger LOG = System.getLogger(ArtifactSweeper.class.getName());

    private final Database database;
    private final ArtifactFiles files;
    private final ArtifactLimits limits;

    /** The part of the store whose files are compared with the rows in the next round. */
    private int nextPart;

    ArtifactSweeper(Database database, ArtifactFiles files, ArtifactLimits limits) {
        this.database = database;
        this.files = files;
        this.limits = limits;
    }

    /** One round: all that is past its time, up to a batch, and the files of one part of the store. */
    void sweep(Instant now) throws IOException {
        recoverTrash();
        removeStaleUploads(now);
        removeStrayPartials(now);
        removeUnreferenced(database.withConnection(connection -> ArtifactStore.expire(connection, BATCH)));
        removeOrphans(nextPart);
        nextPart = (nextPart + 1) % ArtifactFiles.FAN_OUT;
    }

    private void removeStaleUploads(Instant now) throws IOException {
        Duration age = limits.partialRetention();
        for (ArtifactName name : database.withConnection(c -> ArtifactStore.staleUploads(c, age, BATCH))) {
            removePartial(name, now.minus(age));
        }
    }

    /** Files that no row announces: a crash or a restored database left them. */
    private void removeStrayPartials(Instant now) throws IOException {
        for (Path file : files.partials(MAX_PARTIALS)) {
            Optional<ArtifactName> name = ArtifactName.ofFile(file.getFileName().toString());
            if (name.isPresent() && !hasBegun(name.get())) {
                removePartial(name.get(), now.minus(limits.partialRetention()));
            }
        }
    }

    private boolean hasBegun(ArtifactName name) {
        return database.withConnection(c -> ArtifactStore.begun(c, name)).isPresent();
    }

    /** Not while somebody writes it, nor soon after: then only its row is old. */
    @SuppressWarnings("try") // held, not used
    private void removePartial(ArtifactName name, Instant lastWrittenBefore) throws IOException {
        Optional<FileLock> hold = files.tryHold(name);
        if (hold.isEmpty()) {
            return;
        }
        try (FileLock held = hold.get()) {
            if (files.isPartialNewer(name, lastWrittenBefore)) {
                database.withConnection(c -> ArtifactStore.touch(c, name));
                return;
            }
            files.discardPartial(name);
            database.withConnection(c -> ArtifactStore.release(c, name));
        }
        LOG.log(Level.DEBUG, () -> "artifact.partial_removed account=" + name.accountId() + " sha256=" + name.sha256());
    }

    void removeOrphans(int firstByte) throws IOException {
        if (!files.hasLeaves(firstByte)) {
            return;
        }
        for (int secondByte = 0; secondByte < ArtifactFiles.FAN_OUT; secondByte++) {
            removeUnreferenced(files.placed(firstByte, secondByte, MAX_LEAF));
        }
    }

    private void removeUnreferenced(Collection<String> candidates) throws IOException {
        if (candidates.isEmpty()) {
            return;
        }
        for (String sha : database.withConnection(c -> ArtifactStore.unreferenced(c, candidates))) {
            remove(sha);
        }
    }

    /** Under the digest's lock, which is shown to hold still after the file was moved aside and before it is gone. */
    private void remove(String sha256) throws IOException {
        var aside = new AtomicReference<@Nullable Path>();
        boolean gone = false;
        try {
            gone = database.inTransaction(connection -> {
                ArtifactStore.lock(connection, sha256);
                if (!ArtifactStore.isUnreferenced(connection, sha256)) {
                    return false;
                }
                aside.set(moveAside(sha256));
                return ArtifactStore.isUnreferenced(connection, sha256);
            });
        } finally {
            settle(aside.get(), sha256, gone);
        }
    }

    private void settle(@Nullable Path aside, String sha256, boolean gone) throws IOException {
        if (aside == null) {
            return;
        }
        if (!gone) {
            files.restore(aside, sha256);
            return;
        }
        Files.deleteIfExists(aside);
        LOG.log(Level.DEBUG, () -> "artifact.removed sha256=" + sha256);
    }

    private @Nullable Path moveAside(String sha256) {
        try {
            return files.moveToTrash(sha256).orElse(null);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a death between moving aside and removing left: back to its place if anybody needs it, away otherwise. */
    private void recoverTrash() throws IOException {
        for (Path file : files.trashed(BATCH)) {
            String name = file.getFileName().toString();
            String sha256 = name.substring(0, Math.min(name.length(), SHA256_HEX_LENGTH));
            if (ArtifactName.isDigest(sha256)) {
                recover(file, sha256);
            }
        }
    }

    private void recover(Path file, String sha256) {
        database.inTransaction(connection -> {
            // whoever is removing it now holds this lock
            ArtifactStore.lock(connection, sha256);
            boolean unneeded = ArtifactStore.isUnreferenced(connection, sha256);
            try {
                if (unneeded) {
                    Files.deleteIfExists(file);
                } else {
                    files.restore(file, sha256);
                }
            } catch (NoSuchFileException e) {
                return false;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return true;
        });
    }
}
