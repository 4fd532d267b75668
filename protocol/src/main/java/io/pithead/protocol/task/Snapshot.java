package io.pithead.protocol.task;

import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** A whole copy of a container's {@code /data}: a tar file in pieces. */
public record Snapshot(UUID job, Instant takenAt, Long bytes, List<SnapshotChunk> chunks) {
    public Snapshot {
        chunks = List.copyOf(chunks);
    }
}
