package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.dispatch.ClaimStore.Claimed;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobOffer;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.task.ContainerSecrets;
import io.pithead.protocol.task.ContainerSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Leased jobs as their miners get them. */
final class Offers {
    private final Database database;
    private final Secrets secrets;

    Offers(Database database, Secrets secrets) {
        this.database = database;
        this.secrets = secrets;
    }

    List<JobOffer> of(List<Claimed> jobs) {
        var requests = new HashMap<UUID, JobRequest>();
        var containers = new HashMap<UUID, ContainerSpec>();
        for (Claimed job : jobs) {
            JobRequest request = Json.own(job.request(), JobRequest.class);
            requests.put(job.id(), request);
            if (JobOffer.CONTAINER.equals(request.workload())) {
                String payload = Objects.requireNonNull(request.payload()).toString();
                containers.put(job.id(), Json.own(payload, ContainerSpec.class));
            }
        }
        giveSecrets(containers);
        return jobs.stream()
                .map(job -> offer(job, Objects.requireNonNull(requests.get(job.id())), containers.get(job.id())))
                .toList();
    }

    private void giveSecrets(Map<UUID, ContainerSpec> containers) {
        Set<UUID> tasks = containers.values().stream().map(ContainerSpec::task).collect(Collectors.toSet());
        if (tasks.isEmpty()) {
            return;
        }
        Map<UUID, ContainerSecrets> given = database.withConnection(connection -> secrets.of(connection, tasks));
        containers.replaceAll((job, spec) -> given.containsKey(spec.task()) ? spec.with(given.get(spec.task())) : spec);
    }

    private static JobOffer offer(Claimed job, JobRequest request, @Nullable ContainerSpec container) {
        JobLimits asked = request.limits() == null ? JobLimits.NONE : request.limits();
        var limits = new JobLimits(asked.vramMb(), asked.ramMb(), asked.cpuMs(), (long) job.maxRuntimeS());
        return new JobOffer(
                job.id(),
                request.workload(),
                request.params(),
                container == null ? request.payload() : null,
                limits,
                job.token(),
                job.leaseExpiresAt(),
                job.attempt(),
                request.inputs() == null ? List.of() : request.inputs(),
                job.deadline(),
                container);
    }
}
