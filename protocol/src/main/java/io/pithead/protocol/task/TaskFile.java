package io.pithead.protocol.task;

import java.time.Instant;
import java.util.UUID;

/**
 * A file that a container of a task brought; its bytes are the artifact {@code sha256}.
 *
 * @param name unique in the task, made by its template
 * @param path where the container had it in its {@code /data}
 */
public record TaskFile(
        UUID id, String name, String path, String sha256, Long bytes, String address, UUID job, Instant at) {}
