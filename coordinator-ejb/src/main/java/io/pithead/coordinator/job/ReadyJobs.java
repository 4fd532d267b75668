package io.pithead.coordinator.job;

import java.util.List;
import java.util.UUID;

/** Told, after the commit, that jobs became ready: the dispatcher wakes the polls that are parked for them. */
public interface ReadyJobs {
    /** {@code count} jobs of a class; {@code priority} and {@code first} are those of the one that goes first. */
    record Ready(long classId, int count, int priority, UUID first) {}

    void ready(List<Ready> ready);
}
