package io.pithead.coordinator.dispatch.core;

/** Every way a node can be refused for a job. The last four are about the moment, the others about the machine. */
public enum Refusal {
    WORKLOAD_NOT_OFFERED,
    NO_GPU,
    CUDA_TOO_OLD,
    NOT_ENOUGH_VRAM,
    NOT_ENOUGH_RAM,
    MODEL_NOT_OFFERED,
    OTHER_REGION,
    ASK_ABOVE_OFFER,
    RUNTIME_TOO_LONG,
    /** Not a healthy node of the run that the job is for. */
    NOT_IN_RUN,
    NODE_OFFLINE,
    NODE_BANNED,
    NODE_DRAINING,
    NODE_BUSY
}
