@NullMarked
package io.pithead.coordinator.dispatch.core;

import org.jspecify.annotations.NullMarked;
