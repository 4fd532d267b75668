package io.pithead.miner.agent;

import io.pithead.miner.agent.core.Adopted;
import io.pithead.miner.agent.core.Attempt;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.task.ContainerSecrets;
import io.pithead.protocol.task.ContainerSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a miner that starts again must know of a container it left. Never its secrets.
 *
 * @param hadSecrets the container cannot be made again by who does not know them
 * @param deadline when it must have ended, on this machine's clock
 * @param expires when its lease runs out unless it is renewed, on this machine's clock
 * @param generation of the newest order that was carried out
 * @param removing it is to be removed, without a result
 * @param startedAt its first start
 * @param gpus UUIDs of those it has; absent for none, as in the records of miners that gave none
 */
record HeldContainer(
        UUID job,
        long lease,
        ContainerSpec spec,
        boolean hadSecrets,
        @Nullable Long maxRuntimeS,
        @Nullable Instant deadline,
        long ttlMs,
        Instant expires,
        long generation,
        boolean paused,
        boolean removing,
        int restarts,
        @Nullable String containerId,
        @Nullable String imageDigest,
        @Nullable Instant startedAt,
        @Nullable List<String> gpus) {

    static HeldContainer of(
            JobOffer offer, ContainerSpec spec, @Nullable Instant deadline, Instant now, Instant expires) {
        ContainerSecrets secrets = Objects.requireNonNullElse(spec.secrets(), ContainerSecrets.NONE);
        return new HeldContainer(
                offer.id(),
                offer.lease(),
                spec.with(ContainerSecrets.NONE),
                !secrets.isEmpty(),
                offer.limits().maxRuntimeS(),
                deadline,
                Math.max(0, Duration.between(now, expires).toMillis()),
                expires,
                0,
                false,
                false,
                0,
                null,
                null,
                null,
                null);
    }

    Attempt attempt() {
        return new Attempt(job, lease);
    }

    Adopted adopted() {
        return new Adopted(attempt(), Duration.ofMillis(ttlMs), expires);
    }

    HeldContainer created(String id, String digest, List<String> given) {
        return new HeldContainer(
                job,
                lease,
                spec,
                hadSecrets,
                maxRuntimeS,
                deadline,
                ttlMs,
                expires,
                generation,
                paused,
                removing,
                restarts,
                id,
                digest,
                startedAt,
                given.isEmpty() ? null : List.copyOf(given));
    }

    HeldContainer started(Instant at, int newRestarts) {
        return new HeldContainer(
                job,
                lease,
                spec,
                hadSecrets,
                maxRuntimeS,
                deadline,
                ttlMs,
                expires,
                generation,
                paused,
                removing,
                newRestarts,
                containerId,
                imageDigest,
                startedAt == null ? at : startedAt,
                gpus);
    }

    HeldContainer steered(long newGeneration, boolean nowPaused) {
        return new HeldContainer(
                job,
                lease,
                spec,
                hadSecrets,
                maxRuntimeS,
                deadline,
                ttlMs,
                expires,
                newGeneration,
                nowPaused,
                removing,
                restarts,
                containerId,
                imageDigest,
                startedAt,
                gpus);
    }

    HeldContainer renewed(Instant until) {
        return new HeldContainer(
                job,
                lease,
                spec,
                hadSecrets,
                maxRuntimeS,
                deadline,
                ttlMs,
                until,
                generation,
                paused,
                removing,
                restarts,
                containerId,
                imageDigest,
                startedAt,
                gpus);
    }

    HeldContainer leaving() {
        return new HeldContainer(
                job,
                lease,
                spec,
                hadSecrets,
                maxRuntimeS,
                deadline,
                ttlMs,
                expires,
                generation,
                paused,
                true,
                restarts,
                containerId,
                imageDigest,
                startedAt,
                gpus);
    }
}
