package io.pithead.coordinator.settlement.core;

/** Where an epoch is. */
public enum EpochState {
    /** Accounts are paid into their leaves. */
    CLOSING,
    /** What every leaf is, is fixed; the root is worked out. */
    HASHING,
    /** The contract is given what the leaves add up to. */
    FUNDING,
    /** The root goes to the chain. */
    POSTING,
    /** The root is on the chain, and validators may withdraw it. */
    PENDING,
    /** It can be claimed under for good. */
    ACTIVE,
    /** The next root has all of it again. */
    WITHDRAWN;

    public boolean canBecome(EpochState next) {
        return switch (this) {
            case CLOSING -> next == HASHING;
            case HASHING -> next == FUNDING;
            case FUNDING -> next == POSTING;
            case POSTING -> next == PENDING || next == WITHDRAWN;
            case PENDING -> next == ACTIVE || next == WITHDRAWN;
            case ACTIVE, WITHDRAWN -> false;
        };
    }

    /** The next epoch waits for it. */
    public boolean isOnItsWay() {
        return switch (this) {
            case CLOSING, HASHING, FUNDING, POSTING -> true;
            case PENDING, ACTIVE, WITHDRAWN -> false;
        };
    }
}
