package io.pithead.coordinator.webhook;

import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The right to make the next call of one stream, until the stream is due again.
 *
 * @param token guards the result
 * @param attempts calls made before this one
 * @param age since the event, by the database's clock
 * @param sealedSecret absent when there is none any more (the subscription was deleted) or none yet
 */
record Claim(
        UUID jobId,
        UUID target,
        long token,
        UUID accountId,
        String host,
        UUID deliveryId,
        String url,
        String event,
        String body,
        int attempts,
        Duration age,
        byte @Nullable [] sealedSecret) {
    boolean isCallback() {
        return target.equals(accountId);
    }
}
