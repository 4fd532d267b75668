@NullMarked
package io.pithead.coordinator.node;

import org.jspecify.annotations.NullMarked;
