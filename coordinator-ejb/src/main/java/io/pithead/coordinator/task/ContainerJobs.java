package io.pithead.coordinator.task;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.job.core.JobPlan;
import io.pithead.coordinator.meter.MeterFacade;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobView;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Submits the containers of tasks: all of one call or none. */
final class ContainerJobs {
    private static final long SUBMIT_WAIT_S = 10;

    private final JobFacade jobs;
    private final MeterFacade meters;
    private final int maxAttempts;

    ContainerJobs(JobFacade jobs, MeterFacade meters, int maxAttempts) {
        this.jobs = jobs;
        this.meters = meters;
        this.maxAttempts = maxAttempts;
    }

    JobPlan plan(TaskRow task, UUID node, ContainerPlan.@Nullable Place place, Instant now) {
        return ContainerPlan.of(task, node, place, maxAttempts, now);
    }

    /**
     * @param nodes of the plans, in their order
     * @param occupy in the transaction that makes the jobs; its refusal is theirs
     */
    void submit(TaskRow task, List<UUID> nodes, List<JobPlan> plans, JobFacade.Answer occupy) {
        JobFacade.Answer both = (connection, taken) -> {
            occupy.store(connection, taken);
            if (task.rate().isPresent()) {
                List<UUID> ids = taken.stream().map(JobView::id).toList();
                meters.open(connection, task.id(), task.account(), task.rate().get(), nodes, ids);
            }
        };
        try {
            jobs.submitPlans(task.account(), task.actor(), plans, both).get(SUBMIT_WAIT_S, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CoordinatorException refused) {
                throw refused;
            }
            throw new IllegalStateException("the containers of a task could not be submitted", e.getCause());
        } catch (TimeoutException e) {
            // the unique index on task and node says whether they were placed after all
            throw new CoordinatorException(ErrorCode.UNAVAILABLE, "The server is busy.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CoordinatorException(ErrorCode.UNAVAILABLE, "The server is stopping.");
        }
    }
}
