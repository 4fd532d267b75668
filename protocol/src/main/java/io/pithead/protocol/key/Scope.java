package io.pithead.protocol.key;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;

/** What a key may do. One key has one scope. */
public enum Scope {
    @JsonProperty("miner")
    MINER,
    @JsonProperty("buyer")
    BUYER,
    @JsonProperty("validator")
    VALIDATOR,
    @JsonProperty("admin")
    ADMIN;

    /** The word inside the key, {@code ph_<word>_…}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
