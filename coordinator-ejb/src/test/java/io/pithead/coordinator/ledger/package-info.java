@NullMarked
package io.pithead.coordinator.ledger;

import org.jspecify.annotations.NullMarked;
