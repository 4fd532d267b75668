package io.pithead.coordinator.feed.core;

import io.pithead.protocol.job.JobEvent;
import java.util.ArrayList;
import java.util.List;

/** Where a follower is in the history of a job. It is sent every event once, in order, without a gap. */
public record Playback(int lastSeq) {
    /** What to send, where the follower is then, and whether the job has ended by it. */
    public record Step(List<JobEvent> send, Playback then, boolean ended) {
        public Step {
            send = List.copyOf(send);
        }
    }

    /** The events that follow on, of those that are known, which are in order. What lies behind a gap waits. */
    public Step step(List<JobEvent> known) {
        var send = new ArrayList<JobEvent>();
        int at = lastSeq;
        boolean ended = false;
        for (JobEvent event : known) {
            if (event.seq() == at + 1) {
                send.add(event);
                at++;
                ended = event.state().isTerminal();
            }
        }
        return new Step(send, new Playback(at), ended);
    }
}
