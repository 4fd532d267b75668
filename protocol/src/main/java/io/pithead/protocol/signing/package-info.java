/**
 * Canonical bytes (RFC 8785), digests, Ed25519 signatures (RFC 8032), and a wallet's: addresses, secp256k1 signatures of typed
 * data (EIP-712), and requests that are signed so. Keeps no keys; {@link io.pithead.protocol.keystore} has their files.
 */
@NullMarked
package io.pithead.protocol.signing;

import org.jspecify.annotations.NullMarked;
