@NullMarked
package io.pithead.coordinator.discovery;

import org.jspecify.annotations.NullMarked;
