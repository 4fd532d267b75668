package io.pithead.protocol.task;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A task on one node. {@code job} has the logs, the result and the receipt. */
public record TaskNode(
        String address,
        UUID job,
        ContainerState state,
        @Nullable Long pulledBytes,
        @Nullable Long pullBytes,
        @Nullable String imageDigest,
        @Nullable String containerId,
        @Nullable Integer exitCode,
        @Nullable String reason,
        int restarts,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt) {}
