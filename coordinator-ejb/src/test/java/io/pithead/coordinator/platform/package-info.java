@NullMarked
package io.pithead.coordinator.platform;

import org.jspecify.annotations.NullMarked;
