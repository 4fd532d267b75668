package io.pithead.coordinator.account;

import io.pithead.protocol.key.Scope;
import java.security.Principal;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Who is asking: the key and the account it belongs to; or a person, whose session is then the key.
 *
 * @param user the person, where there is one
 * @param address where the request comes from, where that is known
 */
public record Caller(
        UUID accountId,
        UUID keyId,
        Scope scope,
        String keyHint,
        @Nullable UUID user,
        @Nullable String address) implements Principal {
    public Caller(UUID accountId, UUID keyId, Scope scope, String keyHint) {
        this(accountId, keyId, scope, keyHint, null, null);
    }

    public Caller from(String where) {
        return new Caller(accountId, keyId, scope, keyHint, user, where);
    }

    @Override
    public String getName() {
        return keyHint;
    }
}
