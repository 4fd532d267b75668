@NullMarked
package io.pithead.coordinator.artifact;

import org.jspecify.annotations.NullMarked;
