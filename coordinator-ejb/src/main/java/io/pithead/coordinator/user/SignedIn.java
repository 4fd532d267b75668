package io.pithead.coordinator.user;

import java.time.Instant;

/** A session just begun. {@code token} is for the cookie, shown here and never again. */
public record SignedIn(String token, Visitor visitor, Instant expiresAt) {
    /** Never prints the token. */
    @Override
    public String toString() {
        return visitor.toString();
    }
}
