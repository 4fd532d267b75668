@NullMarked
package io.pithead.coordinator.idempotency;

import org.jspecify.annotations.NullMarked;
