package io.pithead.protocol.task;

import com.fasterxml.jackson.annotation.JsonProperty;

/** When a node asks the registry for the image. An image named by digest is asked for only when it is absent. */
public enum PullPolicy {
    @JsonProperty("always")
    ALWAYS,
    @JsonProperty("if_not_present")
    IF_NOT_PRESENT,
    @JsonProperty("never")
    NEVER
}
