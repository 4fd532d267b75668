package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.Digests;
import java.util.UUID;

/**
 * {@code POST /v1/miner/files}: a file that a container announced. Under which name the task keeps it is for the coordinator
 * to say.
 *
 * @param path in the container's {@code /data}, see {@link FilePath}
 */
public record TaskFileOffer(UUID id, Long lease, String path, String sha256, Long size) {
    public TaskFileOffer {
        new Checks()
                .present("id", id)
                .present("lease", lease)
                .present("path", path)
                .that("path", path == null || FilePath.isPlain(path), FilePath.RULE)
                .present("sha256", sha256)
                .matches("sha256", sha256, Digests.SHA256_HEX, "must be 64 lower-case hex digits")
                .present("size", size)
                .range("size", size, 0, Long.MAX_VALUE)
                .done();
    }
}
