/** What an epoch pays, where its money comes from, and what its next step on the chain is. */
@NullMarked
package io.pithead.coordinator.settlement.core;

import org.jspecify.annotations.NullMarked;
