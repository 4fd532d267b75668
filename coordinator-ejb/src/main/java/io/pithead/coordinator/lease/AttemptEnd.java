package io.pithead.coordinator.lease;

import io.pithead.coordinator.job.ReadyJobs;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.lease.core.RetryPolicy;
import io.pithead.coordinator.lease.core.RetryPolicy.Cause;
import io.pithead.coordinator.lease.core.RetryPolicy.Decision;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.protocol.job.JobState;
import java.util.List;

/** Applies what the retry policy decides for an attempt that ended without a proof. */
final class AttemptEnd {
    private AttemptEnd() {}

    /** Changes the row, and adds the history row and, when the job ends, the release of its reservation. */
    static void apply(
            JobRow job,
            Cause cause,
            String actor,
            String reason,
            LeaseConfig config,
            List<Transition> transitions,
            List<Posting> postings) {
        Decision decision = RetryPolicy.decide(
                cause, job.attempt, job.maxAttempts, job.deadline, config.firstBackoff(), config.maxBackoff(), job.now);
        switch (decision) {
            case Decision.Retry retry -> {
                transitions.add(job.become(JobState.QUEUED, actor, reason));
                job.readyAt = retry.readyAt();
                job.waiting = retry.readyAt().isAfter(job.now);
            }
            case Decision.GiveUp giveUp -> {
                transitions.add(job.become(JobState.FAILED, actor, reason + "; " + giveUp.reason()));
                release(job, postings);
            }
            case Decision.Expire expire -> {
                transitions.add(job.become(JobState.EXPIRED, actor, reason + "; its deadline has passed"));
                release(job, postings);
            }
        }
    }

    static void expire(JobRow job, String reason, List<Transition> transitions, List<Posting> postings) {
        expire(job, "EXPIRED", reason, transitions, postings);
    }

    static void expire(JobRow job, String code, String reason, List<Transition> transitions, List<Posting> postings) {
        transitions.add(job.become(JobState.EXPIRED, JobRow.COORDINATOR, reason));
        job.error(code, reason);
        job.waiting = false;
        release(job, postings);
    }

    private static void release(JobRow job, List<Posting> postings) {
        postings.add(Posting.release(job.account, job.price, job.id));
    }

    /** Whether the job went back to the queue and may be claimed at once. */
    static boolean isReady(JobRow job) {
        return job.state == JobState.QUEUED && !job.waiting;
    }

    /** The dispatcher looks at its next tick for what this does not name; nothing to name is fine. */
    static void wake(ReadyJobs dispatcher, boolean anyReady) {
        if (anyReady) {
            dispatcher.ready(List.of());
        }
    }
}
