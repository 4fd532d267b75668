@NullMarked
package io.pithead.coordinator.job.core;

import org.jspecify.annotations.NullMarked;
