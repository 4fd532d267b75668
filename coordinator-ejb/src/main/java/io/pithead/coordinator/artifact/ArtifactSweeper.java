package io.pithead.coordinator.artifact;

import io.pithead.coordinator.artifact.core.ArtifactLimits;
import io.pithead.coordinator.platform.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Removes what nobody needs any more, a bounded part in each round. */
final class ArtifactSweeper {
    static final int BATCH = 200;
    private static final Logger LOG = System.getLogger(ArtifactSweeper.class.getName());

    private final Database database;
    private final Vault vault;
    private final ArtifactLimits limits;

    ArtifactSweeper(Database database, Vault vault, ArtifactLimits limits) {
        this.database = database;
        this.vault = vault;
        this.limits = limits;
    }

    /** One round: all that is past its time, up to a batch, and a part of what is stored. */
    void sweep(Instant now) throws IOException {
        vault.leftAside().forEach(this::recover);
        removeStaleUploads(now);
        removeStrayPartials(now);
        removeUnreferenced(database.withConnection(connection -> ArtifactStore.expire(connection, BATCH)), now);
        removeOrphans(now);
    }

    /** In the part of the vault whose turn it is. */
    void removeOrphans(Instant now) throws IOException {
        vault.walk(now, digests -> removeUnreferenced(digests, now));
    }

    private void removeStaleUploads(Instant now) throws IOException {
        Duration age = limits.partialRetention();
        for (ArtifactName name : database.withConnection(c -> ArtifactStore.staleUploads(c, age, BATCH))) {
            removePartial(name, now.minus(age));
        }
    }

    /** Uploads that no row announces: a crash or a restored database left them. */
    private void removeStrayPartials(Instant now) throws IOException {
        for (ArtifactName name : vault.uploads()) {
            if (!hasBegun(name)) {
                removePartial(name, now.minus(limits.partialRetention()));
            }
        }
    }

    private boolean hasBegun(ArtifactName name) {
        return database.withConnection(c -> ArtifactStore.begun(c, name)).isPresent();
    }

    /** Not while somebody writes it, nor soon after: then only its row is old. */
    @SuppressWarnings("try") // held, not used
    private void removePartial(ArtifactName name, Instant lastWrittenBefore) throws IOException {
        Optional<Vault.Hold> hold = vault.tryHold(name);
        if (hold.isEmpty()) {
            return;
        }
        try (Vault.Hold held = hold.get()) {
            if (vault.isBegunNewer(name, lastWrittenBefore)) {
                database.withConnection(c -> ArtifactStore.touch(c, name));
                return;
            }
            vault.discard(name);
            database.withConnection(c -> ArtifactStore.release(c, name));
        }
        LOG.log(Level.DEBUG, () -> "artifact.partial_removed account=" + name.accountId() + " sha256=" + name.sha256());
    }

    private void removeUnreferenced(Collection<String> candidates, Instant now) throws IOException {
        if (candidates.isEmpty()) {
            return;
        }
        for (String sha : database.withConnection(c -> ArtifactStore.unreferenced(c, candidates))) {
            remove(sha, now);
        }
    }

    void remove(String sha256, Instant now) throws IOException {
        Optional<Vault.Aside> aside = vault.aside(sha256, now);
        if (aside.isPresent()) {
            remove(aside.get());
        }
    }

    /** Under the digest's lock, which is shown to hold still after the bytes were set aside and before they are gone. */
    private void remove(Vault.Aside aside) throws IOException {
        var taken = new AtomicBoolean();
        boolean gone = false;
        try {
            gone = database.inTransaction(connection -> {
                ArtifactStore.lock(connection, aside.sha256());
                if (!ArtifactStore.isUnreferenced(connection, aside.sha256())) {
                    return false;
                }
                take(aside);
                taken.set(true);
                return ArtifactStore.isUnreferenced(connection, aside.sha256());
            });
        } finally {
            if (taken.get()) {
                settle(aside, gone);
            }
        }
    }

    private static void take(Vault.Aside aside) {
        try {
            aside.take();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void settle(Vault.Aside aside, boolean gone) throws IOException {
        if (!gone) {
            aside.putBack();
            return;
        }
        aside.drop();
        LOG.log(Level.DEBUG, () -> "artifact.removed sha256=" + aside.sha256());
    }

    /** What a death between taking and dropping left: back to its place if anybody needs it, away otherwise. */
    private void recover(Vault.Aside left) {
        database.doInTransaction(connection -> {
            // whoever is removing it now holds this lock
            ArtifactStore.lock(connection, left.sha256());
            boolean unneeded = ArtifactStore.isUnreferenced(connection, left.sha256());
            try {
                if (unneeded) {
                    left.drop();
                } else {
                    left.putBack();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }
}
