/** What is done next about a node that was rejected. */
@NullMarked
package io.pithead.coordinator.sanction.core;

import org.jspecify.annotations.NullMarked;
