package io.pithead.protocol.node;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a miner computes on. */
public enum Mode {
    @JsonProperty("gpu")
    GPU,
    @JsonProperty("cpu")
    CPU
}
