package io.pithead.validator.challenge;

import io.pithead.protocol.signing.WalletKey;

/**
 * Who this validator is.
 *
 * @param chain on which its key counts; 0 where there is none
 */
record Seat(long chain, WalletKey key) {
    String address() {
        return key.address().text();
    }

    @Override
    public String toString() {
        return "Seat[" + chain + ", " + address() + "]";
    }
}
