package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.Digests;

/** A piece of a snapshot: an artifact. */
public record SnapshotChunk(String sha256, Long size) {
    public static final long MAX_BYTES = 64L << 20;

    public SnapshotChunk {
        new Checks()
                .present("sha256", sha256)
                .matches("sha256", sha256, Digests.SHA256_HEX, "must be 64 lower-case hex digits")
                .present("size", size)
                .range("size", size, 1, MAX_BYTES)
                .done();
    }
}
