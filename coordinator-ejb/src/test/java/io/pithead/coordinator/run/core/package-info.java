@NullMarked
package io.pithead.coordinator.run.core;

import org.jspecify.annotations.NullMarked;
