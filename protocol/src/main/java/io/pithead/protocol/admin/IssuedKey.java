package io.pithead.protocol.admin;

import com.fasterxml.jackson.annotation.JsonUnwrapped;

/** A key just made. {@code key} is its text, shown here and never again. */
public record IssuedKey(String key, @JsonUnwrapped Key of) {
    /** Never prints the key. */
    @Override
    public String toString() {
        return of.toString();
    }
}
