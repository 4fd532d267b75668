package io.pithead.coordinator.discovery.core;

import io.pithead.coordinator.task.core.Requirements;
import io.pithead.protocol.signing.Address;
import java.util.UUID;

/** A run as the chain knows it. */
public record RunFacts(UUID run, long chain, Address owner, Address manager, Requirements requirements, boolean open) {
    public boolean isOf(Address signer) {
        return owner.equals(signer) || manager.equals(signer);
    }
}
