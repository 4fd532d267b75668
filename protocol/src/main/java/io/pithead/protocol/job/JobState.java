package io.pithead.protocol.job;

import java.util.EnumSet;
import java.util.Set;

/** The life of a job; every transition is a row in its history. A lost lease goes back to {@code QUEUED}. */
public enum JobState {
    QUEUED,
    LEASED,
    RUNNING,
    VERIFYING,
    COMPLETED,
    CANCELED,
    EXPIRED,
    FAILED;

    public static final Set<JobState> HELD = Set.copyOf(EnumSet.of(LEASED, RUNNING));

    public boolean isTerminal() {
        return switch (this) {
            case QUEUED, LEASED, RUNNING, VERIFYING -> false;
            case COMPLETED, CANCELED, EXPIRED, FAILED -> true;
        };
    }

    public boolean mayBecome(JobState next) {
        return switch (this) {
            case QUEUED -> next == LEASED || next == CANCELED || next == EXPIRED || next == FAILED;
            case LEASED ->
                next == RUNNING
                        || next == VERIFYING
                        || next == QUEUED
                        || next == CANCELED
                        || next == EXPIRED
                        || next == FAILED;
            case RUNNING ->
                next == VERIFYING || next == QUEUED || next == CANCELED || next == EXPIRED || next == FAILED;
            case VERIFYING ->
                next == COMPLETED || next == QUEUED || next == CANCELED || next == EXPIRED || next == FAILED;
            case COMPLETED, CANCELED, EXPIRED, FAILED -> false;
        };
    }
}
