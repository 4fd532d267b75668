@NullMarked
package io.pithead.coordinator.log.core;

import org.jspecify.annotations.NullMarked;
