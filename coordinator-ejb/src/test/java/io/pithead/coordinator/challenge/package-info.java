@NullMarked
package io.pithead.coordinator.challenge;

import org.jspecify.annotations.NullMarked;
