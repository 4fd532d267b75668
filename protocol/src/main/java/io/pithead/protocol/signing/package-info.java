/** Canonical bytes (RFC 8785), digests and Ed25519 signatures (RFC 8032). Holds no keys. */
@NullMarked
package io.pithead.protocol.signing;

import org.jspecify.annotations.NullMarked;
