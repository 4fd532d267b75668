package io.pithead.coordinator.run.core;

import java.util.EnumSet;
import java.util.Set;

/** Where a node of a run stands, in the Prime protocol's words. */
public enum RunNodeState {
    /** It has announced itself for the run, and is invited when the chain says that it may be. */
    DISCOVERED,
    /** It took an invite; the chain is to have it in the run, and it is to be heard. */
    WAITING_FOR_HEARTBEAT,
    HEALTHY,
    UNHEALTHY,
    DEAD,
    /** The chain keeps it or its provider out. */
    EJECTED,
    /** The operator keeps it out, until the operator says otherwise. */
    BANNED,
    /** Its provider has staked less than its nodes need. */
    LOW_BALANCE;

    private static final Set<RunNodeState> KEPT_OUT = EnumSet.of(EJECTED, BANNED, LOW_BALANCE);

    /** Every move that there is. */
    boolean mayBecome(RunNodeState next) {
        return switch (this) {
            case DISCOVERED ->
                next == WAITING_FOR_HEARTBEAT
                        || next == HEALTHY
                        || next == UNHEALTHY
                        || next == DEAD
                        || KEPT_OUT.contains(next);
            case WAITING_FOR_HEARTBEAT ->
                next == HEALTHY || next == UNHEALTHY || next == DISCOVERED || next == DEAD || KEPT_OUT.contains(next);
            case HEALTHY -> next == UNHEALTHY || next == DISCOVERED || next == DEAD || KEPT_OUT.contains(next);
            case UNHEALTHY -> next == HEALTHY || next == DISCOVERED || next == DEAD || KEPT_OUT.contains(next);
            case DEAD ->
                next == DISCOVERED
                        || next == WAITING_FOR_HEARTBEAT
                        || next == HEALTHY
                        || next == UNHEALTHY
                        || KEPT_OUT.contains(next);
            case EJECTED -> next == DISCOVERED || next == BANNED;
            case LOW_BALANCE -> next == DISCOVERED || next == DEAD || next == EJECTED || next == BANNED;
            // its way out leads through the beginning
            case BANNED -> next == DISCOVERED;
        };
    }

    /** Whether an invite may be taken. */
    public boolean isInvited() {
        return this == DISCOVERED || this == DEAD;
    }
}
