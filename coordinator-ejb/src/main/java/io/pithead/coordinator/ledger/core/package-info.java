@NullMarked
package io.pithead.coordinator.ledger.core;

import org.jspecify.annotations.NullMarked;
