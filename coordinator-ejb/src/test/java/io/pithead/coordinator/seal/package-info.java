@NullMarked
package io.pithead.coordinator.seal;

import org.jspecify.annotations.NullMarked;
