package io.pithead.coordinator.task.core;

/** Every way a node can be refused for a task. */
public enum PlacementRefusal {
    /** Not a healthy node of the run that the task is for. */
    NOT_IN_RUN,
    NO_CONTAINERS,
    DRAINING,
    ASK_ABOVE_OFFER,
    RUNTIME_TOO_LONG,
    NOT_ENOUGH_CORES,
    NOT_ENOUGH_RAM,
    NOT_ENOUGH_STORAGE,
    NOT_ENOUGH_VRAM,
    OTHER_GPUS,
    /** A member of another group. */
    IN_A_GROUP,
    /** A group begins at once everywhere: all its nodes need a slot. */
    NO_FREE_SLOT
}
