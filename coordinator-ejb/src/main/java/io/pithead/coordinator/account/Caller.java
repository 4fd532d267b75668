package io.pithead.coordinator.account;

import io.pithead.protocol.key.Scope;
import java.security.Principal;
import java.util.UUID;

/** Who is asking: the key and the account it belongs to. */
public record Caller(UUID accountId, UUID keyId, Scope scope, String keyHint) implements Principal {
    @Override
    public String getName() {
        return keyHint;
    }
}
