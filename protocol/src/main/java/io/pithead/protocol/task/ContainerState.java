package io.pithead.protocol.task;

import java.util.EnumSet;
import java.util.Set;

/** What a task's container does on one node; the words of the Prime protocol's task states. */
public enum ContainerState {
    PENDING,
    PULLING,
    RUNNING,
    PAUSED,
    RESTARTING,
    COMPLETED,
    FAILED,
    STOPPED;

    /** States that a miner may report; the others follow from the job's end. */
    public static final Set<ContainerState> REPORTED = EnumSet.of(PENDING, PULLING, RUNNING, PAUSED, RESTARTING);

    public boolean hasEnded() {
        return this == COMPLETED || this == FAILED || this == STOPPED;
    }
}
