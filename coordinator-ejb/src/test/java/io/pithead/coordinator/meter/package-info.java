@NullMarked
package io.pithead.coordinator.meter;

import org.jspecify.annotations.NullMarked;
