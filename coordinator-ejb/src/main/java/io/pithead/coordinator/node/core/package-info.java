/** How often a node beats, and when it counts as gone. */
@NullMarked
package io.pithead.coordinator.node.core;

import org.jspecify.annotations.NullMarked;
