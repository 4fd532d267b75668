/** Decisions about logs: which of the bytes that are offered are stored, which of the stored ones go. */
@NullMarked
package io.pithead.coordinator.log.core;

import org.jspecify.annotations.NullMarked;
