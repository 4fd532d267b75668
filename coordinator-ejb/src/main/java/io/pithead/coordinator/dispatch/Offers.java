package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.dispatch.ClaimStore.Claimed;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** A leased job as its miner gets it. */
final class Offers {
    private Offers() {}

    static JobOffer of(Claimed job, Map<UUID, String> requests) {
        JobRequest request = Json.own(Objects.requireNonNull(requests.get(job.id())), JobRequest.class);
        JobLimits asked = request.limits() == null ? JobLimits.NONE : request.limits();
        var limits = new JobLimits(asked.vramMb(), asked.ramMb(), asked.cpuMs(), (long) job.maxRuntimeS());
        return new JobOffer(
                job.id(),
                request.workload(),
                request.params(),
                request.payload(),
                limits,
                job.token(),
                job.leaseExpiresAt(),
                job.attempt(),
                request.inputs() == null ? List.of() : request.inputs(),
                job.deadline(),
                null);
    }
}
