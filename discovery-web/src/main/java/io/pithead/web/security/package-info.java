/**
 * Who may call what. Every resource method is {@link io.pithead.web.security.Secured} for the scopes it names or
 * {@link io.pithead.web.security.OpenToAll} with a reason or {@link io.pithead.web.security.WalletSigned}; a method that is
 * none of these answers nobody, and a test finds it.
 *
 * <p>Order: form of the key (no look-up), key (from memory), scope, rate limit. Scopes do not include each other: an admin
 * key calls what names {@code ADMIN}, nothing else.
 */
@NullMarked
package io.pithead.web.security;

import org.jspecify.annotations.NullMarked;
