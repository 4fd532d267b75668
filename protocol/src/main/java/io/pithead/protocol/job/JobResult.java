package io.pithead.protocol.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.job.DisputeView.State;
import io.pithead.protocol.receipt.Receipt;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a finished job gave: the output as the miner posted it, larger files by digest, its metrics and its receipt.
 * {@code dispute} is there when it is or was disputed.
 */
public record JobResult(
        UUID jobId,
        JobState state,
        @Nullable JsonNode output,
        String outputSha,
        List<InputRef> artifacts,
        JsonNode metrics,
        Receipt receipt,
        @Nullable State dispute) {
    public JobResult {
        artifacts = List.copyOf(artifacts);
    }
}
