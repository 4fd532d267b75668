package io.pithead.protocol.job;

import java.util.List;

/** The answer to {@code next} with {@code batch=true}. */
public record JobOffers(List<JobOffer> jobs) {
    public JobOffers {
        jobs = List.copyOf(jobs);
    }
}
