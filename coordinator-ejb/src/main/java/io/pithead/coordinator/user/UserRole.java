package io.pithead.coordinator.user;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.pithead.protocol.key.Scope;
import java.util.Locale;

/** What a person may do. The roles do not include each other: what asks for {@code ADMIN} takes {@code ADMIN}. */
public enum UserRole {
    /** Looks at all that an administrator sees, and changes nothing. */
    @JsonProperty("viewer")
    VIEWER(Scope.ADMIN, false),
    /** Runs the system: nodes, queues, money, chains. */
    @JsonProperty("operator")
    OPERATOR(Scope.ADMIN, false),
    /** Says who may do what. */
    @JsonProperty("admin")
    ADMIN(Scope.ADMIN, false),
    @JsonProperty("buyer")
    BUYER(Scope.BUYER, true),
    @JsonProperty("provider")
    PROVIDER(Scope.MINER, true),
    @JsonProperty("validator")
    VALIDATOR(Scope.VALIDATOR, true);

    private final Scope scope;
    private final boolean ofAccount;

    UserRole(Scope scope, boolean ofAccount) {
        this.scope = scope;
        this.ofAccount = ofAccount;
    }

    /** Of one account; the others are of the whole system. */
    public boolean isOfAccount() {
        return ofAccount;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Of the keys that do the same. */
    Scope scope() {
        return scope;
    }
}
