/**
 * A node's endpoint, readable by those alone who may know it. Each version has a random content key of its own, wrapped for
 * every reader's secp256k1 key, so that a reader who is taken from the list cannot read what is said from then on. Chain, run,
 * node and version are bound in: what is moved to another place does not open.
 */
@NullMarked
package io.pithead.protocol.seal;

import org.jspecify.annotations.NullMarked;
