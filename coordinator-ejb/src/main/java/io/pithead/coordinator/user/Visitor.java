package io.pithead.coordinator.user;

import io.pithead.coordinator.account.Caller;
import io.pithead.protocol.key.Scope;
import java.security.Principal;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * A person who is signed in.
 *
 * @param operator the account that acts for the whole system
 * @param csrf what a request that changes something must bring, beside the cookie
 * @param address where this request comes from
 */
public record Visitor(
        UUID user,
        String name,
        UUID session,
        List<Membership> memberships,
        UUID operator,
        Instant signedInAt,
        String csrf,
        String address)
        implements Principal {
    public Visitor {
        memberships = List.copyOf(memberships);
    }

    @Override
    public String getName() {
        return name;
    }

    /** Has one of these roles, for whichever account. */
    public boolean may(UserRole... roles) {
        Set<UserRole> wanted = Set.of(roles);
        return memberships.stream().anyMatch(one -> wanted.contains(one.role()));
    }

    /**
     * As whom the facades act for this membership: the same as a key would, and the audit trail names the person. A viewer's
     * may do what an administrator's may: whoever hands it on lets it look only.
     */
    public Caller caller(Membership membership) {
        if (!memberships.contains(membership)) {
            throw new IllegalArgumentException("not a membership of this user");
        }
        UUID account = membership.account() == null ? operator : membership.account();
        return new Caller(account, session, membership.role().scope(), "user:" + name, user, address);
    }

    /** For what a person does with its own name and sessions, in the audit trail alone. */
    Caller self() {
        return memberships.isEmpty()
                ? new Caller(operator, session, Scope.BUYER, "user:" + name, user, address)
                : caller(memberships.getFirst());
    }

    /** Neither the way in nor the way to change something is printed. */
    @Override
    public String toString() {
        return "user:" + name;
    }
}
