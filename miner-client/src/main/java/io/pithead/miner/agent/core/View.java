package io.pithead.miner.agent.core;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What the agent is doing, for the status file and the log. */
public record View(
        boolean registered,
        Phase phase,
        boolean drainedByCoordinator,
        Optional<Instant> lostSince,
        List<Job> jobs,
        List<Attempt> unsent,
        Optional<Timeline> timeline) {

    public record Job(Attempt attempt, int percent, boolean stopping) {}

    public View {
        jobs = List.copyOf(jobs);
        unsent = List.copyOf(unsent);
    }
}
