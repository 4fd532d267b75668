package io.pithead.miner.agent.core;

import java.time.Duration;
import java.time.Instant;

/**
 * An attempt whose child process or container lives.
 *
 * @param container whether it is a container: it outlives the miner, and only a clear word ends it
 * @param news whether there is something that the coordinator was not told
 */
record Held(
        Attempt attempt,
        boolean container,
        LeaseTerm term,
        boolean stopping,
        int percent,
        int reported,
        Instant reportedAt,
        boolean news,
        Channel progress) {
    static final Duration FIRST_REPORT = Duration.ofSeconds(1);
    static final Duration REPORT_EVERY = Duration.ofSeconds(5);
    /** Heartbeats renew as well; a report of nothing new is for the answer, which may cancel the job. */
    static final Duration QUIET_REPORT = Duration.ofSeconds(30);
    /** What a container does is told at once, though not more often than this. */
    static final Duration NEWS_EVERY = Duration.ofMillis(500);

    private static final int NOTHING_REPORTED = -1;

    static Held started(Attempt attempt, LeaseTerm term, Instant now) {
        Instant asIfReported = now.plus(FIRST_REPORT).minus(REPORT_EVERY);
        return new Held(attempt, false, term, false, 0, NOTHING_REPORTED, asIfReported, false, Channel.dueAt(now));
    }

    static Held container(Attempt attempt, LeaseTerm term, Instant now) {
        return new Held(attempt, true, term, false, 0, 0, now, false, Channel.dueAt(now));
    }

    /** Soon after the start, then when the job has come further, and always in time to renew the lease. */
    Instant reportDue() {
        if (progress.failures() > 0) {
            return progress.due();
        }
        Instant renewal = term.renewalDue();
        Instant report = reportedAt.plus(news ? NEWS_EVERY : percent == reported ? QUIET_REPORT : REPORT_EVERY);
        return report.isBefore(renewal) ? report : renewal;
    }

    boolean isReportDue(Instant now) {
        return !stopping && !progress.busy() && !now.isBefore(reportDue());
    }

    Held reporting(Instant now) {
        return new Held(attempt, container, term, stopping, percent, percent, now, false, progress.started());
    }

    Held with(LeaseTerm newTerm) {
        return new Held(attempt, container, newTerm, stopping, percent, reported, reportedAt, news, progress);
    }

    Held with(Channel newProgress) {
        return new Held(attempt, container, term, stopping, percent, reported, reportedAt, news, newProgress);
    }

    Held at(int newPercent) {
        int bounded = Math.min(100, Math.max(percent, newPercent));
        return new Held(attempt, container, term, stopping, bounded, reported, reportedAt, news, progress);
    }

    Held changed() {
        return new Held(attempt, container, term, stopping, percent, reported, reportedAt, true, progress);
    }

    Held stopped() {
        return new Held(attempt, container, term, true, percent, reported, reportedAt, news, progress);
    }
}
