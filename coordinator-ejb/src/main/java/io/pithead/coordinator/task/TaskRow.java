package io.pithead.coordinator.task;

import io.pithead.protocol.task.TaskRequest;
import io.pithead.protocol.task.TaskView.Wanted;
import java.math.BigInteger;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A task as placement needs it; {@code price} in minor units per node. */
record TaskRow(
        UUID id,
        UUID account,
        String actor,
        Wanted wanted,
        @Nullable Integer replicas,
        BigInteger price,
        TaskRequest request) {}
