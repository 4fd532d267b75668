/** Decisions about jobs: what a request means, whether an attempt is followed by another. */
@NullMarked
package io.pithead.coordinator.job.core;

import org.jspecify.annotations.NullMarked;
