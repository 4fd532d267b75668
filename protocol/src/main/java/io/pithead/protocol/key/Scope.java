package io.pithead.protocol.key;

/** What a key may do. One key has one scope. */
public enum Scope {
    MINER,
    BUYER,
    VALIDATOR,
    ADMIN;

    /** The word inside the key, {@code ph_<word>_…}. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }
}
