/** How long a lease lasts, what becomes of an attempt that ended without a proof, and which proofs are accepted. */
@NullMarked
package io.pithead.coordinator.lease.core;

import org.jspecify.annotations.NullMarked;
