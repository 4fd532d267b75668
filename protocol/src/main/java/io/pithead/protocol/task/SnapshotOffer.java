package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;
import java.util.List;
import java.util.UUID;

/**
 * {@code POST /v1/miner/snapshots}: of which pieces, one after the other, the tar file of a container's {@code /data} consists.
 * It is the container's newest snapshot once none of them is missing; until then nothing has changed.
 */
public record SnapshotOffer(UUID id, Long lease, List<SnapshotChunk> chunks) {
    /** What fits into an inline body. */
    public static final int MAX_CHUNKS = 8_192;

    public SnapshotOffer {
        chunks = chunks == null ? null : List.copyOf(chunks);
        new Checks()
                .present("id", id)
                .present("lease", lease)
                .present("chunks", chunks)
                .size("chunks", chunks, MAX_CHUNKS)
                .done();
    }

    public long bytes() {
        return chunks.stream().mapToLong(SnapshotChunk::size).sum();
    }
}
