/** Decisions about artifacts: what a range asks for, whether a piece continues an upload, when a transfer is too slow. */
@NullMarked
package io.pithead.coordinator.artifact.core;

import org.jspecify.annotations.NullMarked;
