package io.pithead.protocol.task;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What the buyer wants of a running container; the order of a {@code task} directive. A container is stopped for good by the
 * {@code stop} directive of its job, never by the absence of an order.
 */
public enum ContainerOrder {
    @JsonProperty("run")
    RUN,
    @JsonProperty("pause")
    PAUSE,
    @JsonProperty("restart")
    RESTART
}
