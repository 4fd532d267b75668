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
        if (jobs.isEmpty()) {
            return List.of();
        }
        List<UUID> ids = jobs.stream().map(Claimed::id).toList();
        return database.withConnection(connection -> {
            var requests = new HashMap<UUID, JobRequest>();
            ClaimStore.requests(connection, ids)
                    .forEach((id, text) -> requests.put(id, Json.own(text, JobRequest.class)));
            var specs = new HashMap<UUID, ContainerSpec>();
            requests.forEach((id, request) -> {
                if (JobOffer.CONTAINER.equals(request.workload())) {
                    specs.put(
                            id,
                            Json.own(Objects.requireNonNull(request.payload()).toString(), ContainerSpec.class));
                }
            });
            Set<UUID> tasks = specs.values().stream().map(ContainerSpec::task).collect(Collectors.toSet());
            Map<UUID, ContainerSecrets> given = tasks.isEmpty() ? Map.of() : secrets.of(connection, tasks);
            specs.replaceAll((id, spec) -> given.containsKey(spec.task()) ? spec.with(given.get(spec.task())) : spec);
            return jobs.stream()
                    .map(job -> offer(job, Objects.requireNonNull(requests.get(job.id())), specs.get(job.id())))
                    .toList();
        });
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
