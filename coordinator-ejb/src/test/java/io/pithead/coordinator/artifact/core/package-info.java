@NullMarked
package io.pithead.coordinator.artifact.core;

import org.jspecify.annotations.NullMarked;
