package io.pithead.coordinator.ledger;

/** Where money of an account lies. */
public enum Pot {
    AVAILABLE,
    RESERVED,
    PENDING,
    EXTERNAL
}
