@NullMarked
package io.pithead.coordinator.settlement.core;

import org.jspecify.annotations.NullMarked;
