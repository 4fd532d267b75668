package io.pithead.coordinator.run.core;

/** Why a node of a run is in its state. */
public enum RunNodeReason {
    ANNOUNCED,
    INVITE_TAKEN,
    /** It is in the run and is heard. */
    HEARD,
    SILENT,
    /** The registry has not heard of it for long. */
    NOT_ANNOUNCED,
    /** It is not in the run any more: it left, was dismissed, or was evicted. */
    LEFT,
    /** It took an invite, and did not get into the run. */
    NOT_JOINED,
    NOT_VALIDATED,
    /** No provider has it registered any more. */
    NOT_REGISTERED,
    NODE_EJECTED,
    PROVIDER_BLACKLISTED,
    PROVIDER_NOT_WHITELISTED,
    PROVIDER_UNKNOWN,
    REINSTATED,
    STAKE_TOO_LOW,
    STAKE_MENDED,
    BANNED_BY_OPERATOR,
    BAN_LIFTED
}
