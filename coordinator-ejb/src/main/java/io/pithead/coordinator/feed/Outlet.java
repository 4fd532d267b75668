package io.pithead.coordinator.feed;

import io.pithead.protocol.job.JobEvent;

/** Where a follower's events go. No method may block: one thread serves all followers. */
public interface Outlet {
    /** @return false when the follower is gone or too slow, and is to be dropped */
    boolean event(JobEvent event);

    /** A sign of life. @return as {@link #event} */
    boolean beat();

    /** There is nothing more to come; what was given before is still to be delivered. */
    void end();
}
