/**
 * Accounts and their keys.
 *
 * <p>A request is authenticated from memory: {@link io.pithead.coordinator.account.KeyRing} holds the keys that were
 * used, by their SHA-256. Every change of an account or key raises {@code auth_revision} in the same transaction (a
 * trigger does, so that no code path can forget it); each instance reads that number twice a second and, when it moved,
 * reads all keys that it holds again. So a revocation holds on every instance within a second. An instance that cannot
 * read the number for {@link io.pithead.coordinator.account.KeyRing#MAX_REVISION_AGE} accepts nobody: a key that may
 * have been revoked is worth no more than an unknown one.
 *
 * <p>A look-up that began before a change was seen is answered but not kept ({@code generation}), so that a slow reader
 * cannot put a revoked key back.
 */
@NullMarked
package io.pithead.coordinator.account;

import org.jspecify.annotations.NullMarked;
