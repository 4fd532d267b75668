package io.pithead.miner.agent.core;

import java.time.Duration;
import java.time.Instant;

/** An attempt whose child process lives. */
record Held(
        Attempt attempt,
        LeaseTerm term,
        boolean stopping,
        int percent,
        int reported,
        Instant reportedAt,
        Channel progress) {
    static final Duration FIRST_REPORT = Duration.ofSeconds(1);
    static final Duration REPORT_EVERY = Duration.ofSeconds(5);
    /** Heartbeats renew as well; a report of nothing new is for the answer, which may cancel the job. */
    static final Duration QUIET_REPORT = Duration.ofSeconds(30);

    private static final int NOTHING_REPORTED = -1;

    static Held started(Attempt attempt, LeaseTerm term, Instant now) {
        Instant asIfReported = now.plus(FIRST_REPORT).minus(REPORT_EVERY);
        return new Held(attempt, term, false, 0, NOTHING_REPORTED, asIfReported, Channel.dueAt(now));
    }

    /** Soon after the start, then when the job has come further, and always in time to renew the lease. */
    Instant reportDue() {
        if (progress.failures() > 0) {
            return progress.due();
        }
        Instant renewal = term.renewalDue();
        Instant report = reportedAt.plus(percent == reported ? QUIET_REPORT : REPORT_EVERY);
        return report.isBefore(renewal) ? report : renewal;
    }

    boolean isReportDue(Instant now) {
        return !stopping && !progress.busy() && !now.isBefore(reportDue());
    }

    Held reporting(Instant now) {
        return new Held(attempt, term, stopping, percent, percent, now, progress.started());
    }

    Held with(LeaseTerm newTerm) {
        return new Held(attempt, newTerm, stopping, percent, reported, reportedAt, progress);
    }

    Held with(Channel newProgress) {
        return new Held(attempt, term, stopping, percent, reported, reportedAt, newProgress);
    }

    Held at(int newPercent) {
        int bounded = Math.min(100, Math.max(percent, newPercent));
        return new Held(attempt, term, stopping, bounded, reported, reportedAt, progress);
    }

    Held stopped() {
        return new Held(attempt, term, true, percent, reported, reportedAt, progress);
    }
}
