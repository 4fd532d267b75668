/** Which jobs may be disputed, and what follows from what their replicas answered. */
@NullMarked
package io.pithead.coordinator.dispute.core;

import org.jspecify.annotations.NullMarked;
