package io.pithead.coordinator.discovery;

import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.PublicKey;
import java.security.Principal;
import java.time.Instant;

/** Who signed a request, on which chain, and the nonce that whoever does what it asks must take. */
public record Signer(PublicKey key, long chain, byte[] nonce, Instant forgetAt) implements Principal {
    public Address address() {
        return key.address();
    }

    @Override
    public String getName() {
        return address().text();
    }
}
