@NullMarked
package io.pithead.coordinator.lease;

import org.jspecify.annotations.NullMarked;
