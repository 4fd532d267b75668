package io.pithead.coordinator.discovery.core;

/** Every way a node can be refused by the registry. */
public enum RegistrationRefusal {
    /** No provider has registered it on this chain. */
    NOT_REGISTERED,
    /** It, or its provider. */
    BLACKLISTED,
    /** There is no such run on this chain. */
    UNKNOWN_RUN,
    RUN_CLOSED,
    NOT_ENOUGH_CORES,
    NOT_ENOUGH_RAM,
    NOT_ENOUGH_STORAGE,
    OTHER_GPUS,
    /** As many nodes as may come from one place are there. */
    PLACE_IS_FULL
}
