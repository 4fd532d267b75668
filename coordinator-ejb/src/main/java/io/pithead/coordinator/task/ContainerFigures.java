package io.pithead.coordinator.task;

import io.pithead.protocol.task.ContainerMetrics;
import java.time.Instant;
import java.util.UUID;

/** What a container used when its node last told. */
public record ContainerFigures(UUID task, UUID job, UUID node, ContainerMetrics metrics, Instant at) {}
