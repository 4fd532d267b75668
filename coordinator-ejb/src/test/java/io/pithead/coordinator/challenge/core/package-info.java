@NullMarked
package io.pithead.coordinator.challenge.core;

import org.jspecify.annotations.NullMarked;
