package io.pithead.coordinator.feed;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.feed.core.Playback;
import io.pithead.protocol.job.JobEvent;
import java.util.List;
import java.util.UUID;

/** One who follows a job. Its place in the history belongs to the feed's thread. */
final class Follower {
    final UUID jobId;
    final Caller caller;
    private final Outlet outlet;
    private Playback playback;
    private long sentNanos;
    private boolean echo;

    Follower(UUID jobId, Caller caller, int afterSeq, Outlet outlet, long nowNanos) {
        this.jobId = jobId;
        this.caller = caller;
        this.outlet = outlet;
        this.playback = new Playback(afterSeq);
        this.sentNanos = nowNanos;
    }

    int lastSeq() {
        return playback.lastSeq();
    }

    /** @return false when there is nothing more to do for it: the job ended, or it does not take its events */
    boolean offer(List<JobEvent> known, long nowNanos) {
        Playback.Step step = playback.step(known);
        playback = step.then();
        for (JobEvent event : step.send()) {
            sentNanos = nowNanos;
            if (!outlet.event(event)) {
                return false;
            }
        }
        if (step.ended()) {
            outlet.end();
        }
        return !step.ended();
    }

    boolean isBeatDue(long quietSinceNanos) {
        return echo || sentNanos - quietSinceNanos <= 0;
    }

    /**
     * Beats come in twos: a peer that is gone takes the first one and answers it with a reset, and only the second one
     * finds that out.
     */
    boolean beat(long nowNanos) {
        sentNanos = nowNanos;
        echo = !echo;
        return outlet.beat();
    }

    void end() {
        outlet.end();
    }
}
