package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.platform.Database;
import io.pithead.coordinator.task.core.FileNames;
import io.pithead.protocol.Page;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.task.TaskFile;
import io.pithead.protocol.task.TaskFileAnswer;
import io.pithead.protocol.task.TaskFileOffer;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Files that containers announce: their nodes bring them, their tasks name them, their buyers read them. */
@ApplicationScoped
public class TaskFileFacade {
    /** How long after a container's end its node may still bring what it announced. */
    private static final Duration AFTER_END = Duration.ofDays(1);

    @Inject
    Database database;

    @Inject
    TaskConfig config;

    @Inject
    TaskFacade tasks;

    @Inject
    ArtifactFacade artifacts;

    /**
     * From who holds the container's lease, or held it to its end. Its limits are told before its bytes are asked for; once
     * those are here one transaction names the file, lets the buyer read it and takes it off the provider's room.
     */
    public TaskFileAnswer offer(UUID provider, TaskFileOffer offer) {
        return database.inTransaction(connection -> {
            TaskFileStore.Holder holder = requireHolder(connection, provider, offer);
            TaskFileStore.lock(connection, holder.buyer());
            var known = TaskFileStore.known(connection, offer);
            if (known.isPresent()) {
                return TaskFileAnswer.kept(known.get());
            }
            requireRoom(connection, holder, offer);
            requireTurn(connection, holder);
            String name = name(connection, holder, offer);
            if (!TaskFileStore.isBrought(connection, provider, offer)) {
                return TaskFileAnswer.MISSING;
            }
            return TaskFileAnswer.kept(take(connection, provider, holder, offer, name));
        });
    }

    private String take(
            Connection connection, UUID provider, TaskFileStore.Holder holder, TaskFileOffer offer, String wanted)
            throws SQLException {
        UUID id = Ids.next(Instant.now());
        String name = wanted;
        for (String choice : FileNames.choices(wanted, offer.sha256(), id)) {
            name = choice;
            if (!TaskFileStore.isTaken(connection, holder.task(), choice)) {
                break;
            }
        }
        TaskFileStore.insert(connection, id, holder, offer, TaskFileStore.count(connection, offer.id()), name);
        artifacts.grant(connection, offer.id(), holder.buyer(), List.of(offer.sha256()));
        artifacts.handOver(connection, provider, List.of(offer.sha256()));
        return name;
    }

    private static TaskFileStore.Holder requireHolder(Connection connection, UUID provider, TaskFileOffer offer)
            throws SQLException {
        TaskFileStore.Holder holder = TaskFileStore.holder(connection, offer.id(), AFTER_END)
                .filter(found -> provider.equals(found.provider()))
                .orElseThrow(() -> new CoordinatorException(ErrorCode.JOB_NOT_FOUND, "There is no such job."));
        if (!offer.lease().equals(holder.lease()) || !holder.live()) {
            throw new CoordinatorException(ErrorCode.LEASE_LOST, "This lease is over; its files are no longer taken.");
        }
        return holder;
    }

    private void requireRoom(Connection connection, TaskFileStore.Holder holder, TaskFileOffer offer)
            throws SQLException {
        long size = offer.size();
        long taken = size > config.maxFileBytes() ? 0 : TaskFileStore.taken(connection, holder.buyer());
        if (size > config.maxFileBytes() || taken + size > config.fileQuotaBytes()) {
            throw new CoordinatorException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The file is larger than one may be, or than the account's files may be together.",
                    Map.of("bytes", size, "max_bytes", config.maxFileBytes(), "quota_bytes", config.fileQuotaBytes()));
        }
    }

    private void requireTurn(Connection connection, TaskFileStore.Holder holder) throws SQLException {
        long seconds = TaskFileStore.turnIn(connection, holder, config.filesPerHour());
        if (seconds > 0) {
            throw new CoordinatorException(
                            ErrorCode.RATE_LIMITED,
                            "This node has brought as many files of this task as it may in an hour.",
                            Map.of("per_hour", config.filesPerHour()))
                    .withRetryAfter(Math.toIntExact(seconds));
        }
    }

    private static String name(Connection connection, TaskFileStore.Holder holder, TaskFileOffer offer)
            throws SQLException {
        var facts = new FileNames.Facts(
                holder.task(), holder.node(), holder.place(), TaskFileStore.count(connection, offer.id()));
        return FileNames.name(holder.template(), facts, offer.path())
                .orElseThrow(() -> new CoordinatorException(
                        ErrorCode.INVALID_PAYLOAD,
                        "The task's template makes no name of this path.",
                        Map.of("/path", "is too long or too deep for the task's file_name_template")));
    }

    /** Newest first. Another account's task is not found. */
    public Page<TaskFile> list(UUID account, UUID task, int limit, @Nullable UUID before) {
        tasks.get(account, task);
        List<TaskFile> found =
                database.withConnection(connection -> TaskFileStore.page(connection, task, limit + 1, before));
        boolean more = found.size() > limit;
        List<TaskFile> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? page.getLast().id().toString() : null);
    }
}
