/** How good a node is, from what it has shown, and whose turn it therefore is. */
@NullMarked
package io.pithead.coordinator.reputation.core;

import org.jspecify.annotations.NullMarked;
