/** What an epoch owes whom, as one number that a chain can hold. */
@NullMarked
package io.pithead.coordinator.ledger.core;

import org.jspecify.annotations.NullMarked;
