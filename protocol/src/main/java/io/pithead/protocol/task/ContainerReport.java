package io.pithead.protocol.task;

import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.Digests;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a miner says of a container it holds; goes with {@code POST /v1/miner/progress}.
 *
 * @param state one of {@link ContainerState#REPORTED}
 * @param generation of the newest {@link ContainerOrder} that was carried out; 0 before the first
 * @param pulledBytes of the image so far, while pulling
 * @param pullBytes of the image in all, as far as its layers are known
 * @param imageDigest what the image's tag was resolved to
 * @param exitCode of the run before, while restarting
 */
public record ContainerReport(
        ContainerState state,
        @Nullable Long generation,
        @Nullable Long pulledBytes,
        @Nullable Long pullBytes,
        @Nullable String imageDigest,
        @Nullable String containerId,
        @Nullable Integer exitCode,
        @Nullable String reason,
        @Nullable Integer restarts,
        @Nullable Instant startedAt) {
    static final int MAX_REASON = 500;
    static final int MAX_RESTARTS = 1_000_000;

    public ContainerReport {
        new Checks()
                .present("state", state)
                .that(
                        "state",
                        state == null || ContainerState.REPORTED.contains(state),
                        "must be one of " + ContainerState.REPORTED)
                .range("generation", generation, 0, Long.MAX_VALUE)
                .range("pulled_bytes", pulledBytes, 0, Long.MAX_VALUE)
                .range("pull_bytes", pullBytes, 0, Long.MAX_VALUE)
                .that(
                        "image_digest",
                        imageDigest == null
                                || (imageDigest.startsWith("sha256:")
                                        && Digests.SHA256_HEX
                                                .matcher(imageDigest.substring(7))
                                                .matches()),
                        "must be sha256: and 64 lower-case hex digits")
                .matches("container_id", containerId, Digests.SHA256_HEX, "must be 64 lower-case hex digits")
                .text("reason", reason, MAX_REASON)
                .range("restarts", restarts, 0, MAX_RESTARTS)
                .that("started_at", startedAt == null || Times.areStorable(startedAt), Times.RULE)
                .done();
    }
}
