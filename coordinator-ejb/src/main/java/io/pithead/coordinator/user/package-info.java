/**
 * People: their names, passwords and second factors, what they may do, and their sessions.
 *
 * <p>A session is a random token of which only the digest is stored; there is no state on an instance that another one
 * needs. {@link io.pithead.coordinator.user.SignIn} answers from memory for as long as {@code auth_revision.users} stays what it
 * was when the answer was read. Triggers raise it with every change that takes something away, and each instance reads it twice
 * a second, with the revision of keys: so a sign-out holds everywhere within a second; what streams to somebody ends with its next beat. An instance that cannot read it accepts
 * nobody.
 *
 * <p>An attempt is counted before its password is looked at, by name and by address, in rows that all instances share. Beyond a
 * few, each wrong one doubles the wait, up to a bound. Where a user signed in before, only what was wrong from there counts for
 * its name: a stranger who guesses keeps others waiting, not the user.
 *
 * <p>With an account elsewhere a browser goes {@link io.pithead.coordinator.user.OidcAttempt one way}, which is in its cookie
 * alone: {@code BROWSER -> issuer -> BROWSER -> code, by server -> ID token -> (second factor ->) session}. Each way ends once; one
 * that is not gone to its end leaves nothing. An issuer that is away keeps nobody out who has a password.
 *
 * <p>What a person does goes through the facades that keys use, as the {@link io.pithead.coordinator.account.Caller} of one of
 * its memberships; the audit trail names the person.
 */
@NullMarked
package io.pithead.coordinator.user;

import org.jspecify.annotations.NullMarked;
