@NullMarked
package io.pithead.coordinator.verify;

import org.jspecify.annotations.NullMarked;
