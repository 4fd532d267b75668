/**
 * Receipts: what was accepted, signed with the coordinator's Ed25519 key.
 *
 * <p>The private key is a PKCS#8 PEM file that only the server's user can read; public keys are rows that stay when a key
 * is retired, so that every receipt ever signed can be checked.
 */
@NullMarked
package io.pithead.coordinator.receipt;

import org.jspecify.annotations.NullMarked;
