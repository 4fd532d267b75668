@NullMarked
package io.pithead.coordinator.settlement;

import org.jspecify.annotations.NullMarked;
