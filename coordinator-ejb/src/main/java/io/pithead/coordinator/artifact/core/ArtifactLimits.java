package io.pithead.coordinator.artifact.core;

import java.time.Duration;

/**
 * The bounds of the artifact store.
 *
 * @param maxBytes of one artifact
 * @param quotaBytes of all artifacts and begun uploads of one account
 * @param minFreeBytes what uploads leave free on the disk
 * @param retention how long an account's artifact is kept after its last upload, when no job needs it
 * @param partialRetention how long an upload may lie unfinished
 * @param maxTransfers uploads and downloads at once, each of which holds a thread of the server
 * @param maxTransfersPerAccount of those
 */
public record ArtifactLimits(
        long maxBytes,
        long quotaBytes,
        long minFreeBytes,
        Duration retention,
        Duration partialRetention,
        int maxTransfers,
        int maxTransfersPerAccount) {}
