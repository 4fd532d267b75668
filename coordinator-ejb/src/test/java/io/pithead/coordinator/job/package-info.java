@NullMarked
package io.pithead.coordinator.job;

import org.jspecify.annotations.NullMarked;
