package io.pithead.protocol.task;

/** What a task does, derived from its nodes. The last three are its ends. */
public enum TaskState {
    PENDING,
    PULLING,
    RUNNING,
    PAUSED,
    COMPLETED,
    FAILED,
    STOPPED;

    public boolean hasEnded() {
        return this == COMPLETED || this == FAILED || this == STOPPED;
    }
}
