package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.task.Snapshot;
import io.pithead.protocol.task.SnapshotAnswer;
import io.pithead.protocol.task.SnapshotChunk;
import io.pithead.protocol.task.SnapshotOffer;
import io.pithead.protocol.task.SnapshotView;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What containers keep, as their nodes bring it and as another node gets it. */
@ApplicationScoped
public class SnapshotFacade {
    @Inject
    Database database;

    @Inject
    TaskConfig config;

    @Inject
    ArtifactFacade artifacts;

    /** From the holder of the container's lease. When nothing is missing it is the container's newest, from then on. */
    public SnapshotAnswer offer(UUID provider, SnapshotOffer offer) {
        return database.inTransaction(connection -> {
            SnapshotStore.Holder holder = requireHolder(connection, provider, offer.id(), offer.lease());
            SnapshotStore.lock(connection, holder.buyer());
            long bytes = offer.bytes();
            requireRoom(bytes, SnapshotStore.others(connection, holder.buyer(), offer.id()));
            List<String> missing = SnapshotStore.missing(connection, provider, offer.id(), offer.chunks());
            if (missing.isEmpty()) {
                SnapshotStore.replace(connection, offer.id(), holder, bytes, offer.chunks());
                // the pieces are the snapshot's now, and no longer the provider's to pay for with its room
                artifacts.handOver(
                        connection,
                        provider,
                        offer.chunks().stream().map(SnapshotChunk::sha256).toList());
            }
            return new SnapshotAnswer(missing);
        });
    }

    private void requireRoom(long bytes, long others) {
        if (bytes > config.maxSnapshotBytes() || others + bytes > config.snapshotQuotaBytes()) {
            throw new CoordinatorException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The snapshot is larger than one may be, or than the account's snapshots may be together.",
                    Map.of(
                            "bytes",
                            bytes,
                            "max_bytes",
                            config.maxSnapshotBytes(),
                            "others_bytes",
                            others,
                            "quota_bytes",
                            config.snapshotQuotaBytes()));
        }
    }

    /** For the holder of a container's lease before it starts it: where another node, or this one, left off. */
    public Optional<Snapshot> resume(UUID provider, UUID job, long lease) {
        return database.inTransaction(connection -> {
            SnapshotStore.Holder holder = requireHolder(connection, provider, job, lease);
            Optional<UUID> source = SnapshotStore.claim(connection, job, holder.task());
            return source.isEmpty() ? Optional.empty() : SnapshotStore.read(connection, source.get());
        });
    }

    /** Of a task of the account, newest container first. */
    public Page<SnapshotView> list(UUID account, UUID task, int limit, @Nullable UUID before) {
        List<SnapshotView> found = database.withConnection(connection -> {
            if (!SnapshotStore.isTaskOf(connection, account, task)) {
                throw new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such task.");
            }
            return SnapshotStore.list(connection, task, limit + 1, before);
        });
        boolean more = found.size() > limit;
        List<SnapshotView> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? page.getLast().job().toString() : null);
    }

    /** For its buyer: of which artifacts, which the account may read, the tar file of a container consists. */
    public Snapshot read(UUID account, UUID task, UUID job) {
        return database.withConnection(connection -> SnapshotStore.isOf(connection, account, task, job)
                        ? SnapshotStore.read(connection, job)
                        : Optional.<Snapshot>empty())
                .orElseThrow(() -> new CoordinatorException(ErrorCode.NOT_FOUND, "There is no such snapshot."));
    }

    private static SnapshotStore.Holder requireHolder(Connection connection, UUID provider, UUID job, long lease)
            throws SQLException {
        SnapshotStore.Holder holder = SnapshotStore.holder(connection, job)
                .filter(found -> provider.equals(found.provider()))
                .orElseThrow(() -> new CoordinatorException(ErrorCode.JOB_NOT_FOUND, "There is no such job."));
        if (!Long.valueOf(lease).equals(holder.lease()) || !holder.live()) {
            throw new CoordinatorException(ErrorCode.LEASE_LOST, "This lease is over; its data is no longer taken.");
        }
        return holder;
    }
}
