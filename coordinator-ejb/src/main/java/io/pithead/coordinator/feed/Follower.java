package io.pithead.coordinator.feed;

import io.pithead.coordinator.account.Caller;
import io.pithead.coordinator.feed.core.Playback;
import io.pithead.protocol.job.JobEvent;
import java.util.List;
import java.util.UUID;

/** One who follows a job. Its place in the history belongs to the feed's thread. */
final class Follower {
    private static final int BEATS = 3;

    final UUID jobId;
    final Caller caller;
    private final Outlet outlet;
    private Playback playback;
    private long sentNanos;
    private int beatsLeft;

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
        return beatsLeft > 0 || sentNanos - quietSinceNanos <= 0;
    }

    /**
     * Beats come in threes: a peer that is gone takes the first one and answers it with a reset, which the second one or,
     * when the connection is slow to say so, the third one runs into.
     */
    boolean beat(long nowNanos) {
        sentNanos = nowNanos;
        beatsLeft = beatsLeft == 0 ? BEATS - 1 : beatsLeft - 1;
        return outlet.beat();
    }

    void end() {
        outlet.end();
    }
}
