package io.pithead.coordinator.discovery;

import io.pithead.protocol.signing.Address;
import java.security.Principal;
import java.time.Instant;

/** Who signed a request, on which chain, and the nonce that whoever does what it asks must take. */
public record Signer(Address address, long chain, byte[] nonce, Instant forgetAt) implements Principal {
    @Override
    public String getName() {
        return address.text();
    }
}
