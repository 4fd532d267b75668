package io.pithead.protocol.job;

import io.pithead.protocol.json.Checks;
import java.util.List;

/** {@code POST /v1/jobs} with {@code {"jobs":[…]}}: all are taken or none. */
public record JobBatchRequest(List<JobRequest> jobs) {
    public static final int MAX_JOBS = 1_000;

    public JobBatchRequest {
        jobs = jobs == null ? List.of() : List.copyOf(jobs);
        new Checks()
                .that("jobs", !jobs.isEmpty() && jobs.size() <= MAX_JOBS, "must have 1 to " + MAX_JOBS + " items")
                .done();
    }
}
