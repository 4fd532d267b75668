package io.pithead.coordinator.lease;

import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobState;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the network promises of jobs, leases and money, said once more and as plainly as can be: no table, no policy, no clock.
 * Time passes when somebody says so. Providers and buyers are numbers.
 */
final class LeaseModel {
    static final int MISSED_BEATS = 2;

    final long[] available;
    final long[] reserved;
    final long[] earned;
    final List<Job> jobs = new ArrayList<>();

    LeaseModel(int buyers, int providers, long tokens) {
        available = new long[buyers];
        reserved = new long[buyers];
        earned = new long[providers];
        Arrays.fill(available, tokens);
    }

    /** One job. The newest lease's token and holder stay known after its end, so that the late are told apart. */
    static final class Job {
        final int buyer;
        final long price;
        final int maxAttempts;
        final Set<Integer> everHeldBy = new HashSet<>();
        final List<Long> tokens = new ArrayList<>();
        JobState state = JobState.QUEUED;
        boolean waiting;
        int attempts;
        int missed;
        int machine = -1;
        int provider = -1;

        @Nullable
        String proved;

        Job(int buyer, long price, int maxAttempts) {
            this.buyer = buyer;
            this.price = price;
            this.maxAttempts = maxAttempts;
        }

        boolean isHeld() {
            return state == JobState.LEASED || state == JobState.RUNNING;
        }

        boolean isClaimable() {
            return state == JobState.QUEUED && !waiting;
        }

        long token() {
            return tokens.isEmpty() ? 0 : tokens.getLast();
        }
    }

    /** Whether the buyer can pay; then the job is there. */
    boolean submit(int buyer, long price, int maxAttempts) {
        if (price > available[buyer]) {
            return false;
        }
        available[buyer] -= price;
        reserved[buyer] += price;
        jobs.add(new Job(buyer, price, maxAttempts));
        return true;
    }

    static void claim(Job job, int machine, int provider, long token) {
        job.state = JobState.LEASED;
        job.attempts++;
        job.missed = 0;
        job.machine = machine;
        job.provider = provider;
        job.tokens.add(token);
        job.everHeldBy.add(provider);
    }

    /** Why a report of this provider under this lease is refused; null when it counts. */
    static @Nullable ErrorCode refusal(Job job, int provider, @Nullable Long lease) {
        if (job.provider != provider) {
            return job.everHeldBy.contains(provider) ? ErrorCode.LEASE_LOST : ErrorCode.JOB_NOT_FOUND;
        }
        if ((lease != null && lease != job.token()) || job.state == JobState.QUEUED) {
            return ErrorCode.LEASE_LOST;
        }
        return job.isHeld() ? null : ErrorCode.CONFLICT_STATE;
    }

    static void renew(Job job) {
        job.state = JobState.RUNNING;
        job.missed = 0;
    }

    void complete(Job job, String output) {
        reserved[job.buyer] -= job.price;
        earned[job.provider] += job.price;
        job.state = JobState.COMPLETED;
        job.proved = output;
    }

    void fail(Job job, boolean retryable) {
        boolean again = retryable && job.attempts < job.maxAttempts;
        end(job, again ? JobState.QUEUED : JobState.FAILED);
        job.waiting = again;
    }

    void lose(Job job) {
        end(job, job.attempts < job.maxAttempts ? JobState.QUEUED : JobState.FAILED);
    }

    void miss(Job job) {
        if (++job.missed == MISSED_BEATS) {
            lose(job);
        }
    }

    void end(Job job, JobState state) {
        job.state = state;
        job.waiting = false;
        job.missed = 0;
        if (state.isTerminal()) {
            reserved[job.buyer] -= job.price;
            available[job.buyer] += job.price;
        }
    }
}
