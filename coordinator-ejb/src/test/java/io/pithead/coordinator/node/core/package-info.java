@NullMarked
package io.pithead.coordinator.node.core;

import org.jspecify.annotations.NullMarked;
