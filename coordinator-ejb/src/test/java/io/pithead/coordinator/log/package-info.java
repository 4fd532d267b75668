@NullMarked
package io.pithead.coordinator.log;

import org.jspecify.annotations.NullMarked;
