/** Whether a node may be listed for a run. */
@NullMarked
package io.pithead.coordinator.discovery.core;

import org.jspecify.annotations.NullMarked;
