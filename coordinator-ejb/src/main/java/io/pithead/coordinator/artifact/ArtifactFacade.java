package io.pithead.coordinator.artifact;

import io.pithead.coordinator.artifact.core.Piece;
import io.pithead.coordinator.health.HealthChecks;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.platform.Loops;
import jakarta.annotation.PostConstruct;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Artifacts: bring them, look at them, read them, let a buyer read what a proof names. */
@ApplicationScoped
public class ArtifactFacade {
    private static final String SPOOL = "spool";
    private static final String CHECK = HealthChecks.PREFIX + "artifacts";
    private static final Duration CHECK_PAUSE = Duration.ofSeconds(5);
    private static final Duration CHECK_MAX_AGE = Duration.ofSeconds(30);
    private static final Duration SWEEP_PAUSE = Duration.ofMinutes(1);
    private static final Duration SWEEP_MAX_AGE = Duration.ofMinutes(30);

    @Inject
    Database database;

    @Inject
    ArtifactConfig config;

    @Inject
    Loops loops;

    private @Nullable Vault vault;
    private @Nullable ArtifactShelf shelf;

    @PostConstruct
    void open() {
        try {
            Vault opened = openVault();
            vault = opened;
            shelf = new ArtifactShelf(database, opened, config.limits(), ArtifactConfig.PACE);
        } catch (IOException e) {
            throw new UncheckedIOException("pithead.data.dir cannot hold artifacts", e);
        }
    }

    private Vault openVault() throws IOException {
        Optional<BucketConfig> bucket = config.bucket();
        return bucket.isPresent()
                ? new BucketVault(
                        new Bucket(bucket.get()), new Spool(config.root().resolve(SPOOL)))
                : new FolderVault(config.root());
    }

    /** Opens the store, and begins to remove from it what nobody needs. */
    void start() {
        Vault opened = Objects.requireNonNull(vault);
        var sweeper = new ArtifactSweeper(database, opened, config.limits());
        loops.start(CHECK, CHECK_PAUSE, CHECK_MAX_AGE, opened::check);
        loops.start("artifact-sweep", SWEEP_PAUSE, SWEEP_MAX_AGE, () -> sweeper.sweep(Instant.now()));
    }

    @PreDestroy
    void close() {
        try {
            Objects.requireNonNull(vault).close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Takes one piece of an artifact. What was taken stays when the sender is lost, and can be continued. No connection
     * to the database is held while the body is read.
     */
    public Uploaded put(UUID accountId, String sha256, Piece piece, InputStream body) {
        return shelf().put(accountId, sha256, piece, body);
    }

    /** What the account may read, or how far its own upload is. */
    public Looked look(UUID accountId, String sha256) {
        return shelf().look(accountId, sha256);
    }

    public Download open(UUID accountId, String sha256) {
        return shelf().open(accountId, sha256);
    }

    /** Those of the digests that the account did not upload itself, so that a proof or a job may not name them. */
    public Set<String> missing(Connection connection, UUID accountId, Collection<String> shas) throws SQLException {
        return shas.isEmpty() ? Set.of() : ArtifactStore.missing(connection, accountId, shas);
    }

    /** In the proof's transaction: the buyer may read what the proof names. Ask {@link #missing} about the miner first. */
    public void grant(Connection connection, UUID jobId, UUID buyerAccount, List<String> shas) throws SQLException {
        if (!shas.isEmpty()) {
            ArtifactStore.grant(connection, jobId, buyerAccount, shas);
        }
    }

    /**
     * Lets another account have for a while what the owner has, as the inputs of a job of its own.
     *
     * @return false, and nothing may be made of it, when the owner does not have all of them any more
     */
    public boolean lend(Connection connection, UUID owner, UUID to, Collection<String> shas) throws SQLException {
        return shas.isEmpty() || ArtifactStore.lend(connection, owner, to, shas) == shas.size();
    }

    /** In the transaction that makes something else hold on to them: they no longer count for who brought them. */
    public void handOver(Connection connection, UUID accountId, Collection<String> shas) throws SQLException {
        ArtifactStore.disown(connection, accountId, shas);
    }

    private ArtifactShelf shelf() {
        return Objects.requireNonNull(shelf);
    }
}
