package io.pithead.coordinator.user;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A role, and the account it is of; none for a role of the whole system. */
public record Membership(
        UserRole role, @Nullable UUID account, @Nullable String accountName) {
    public Membership {
        if (role.isOfAccount() != (account != null)) {
            throw new IllegalArgumentException(
                    "a " + role.word() + (account == null ? " has an account" : " has none"));
        }
    }
}
