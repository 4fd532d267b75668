@NullMarked
package io.pithead.coordinator.lease.core;

import org.jspecify.annotations.NullMarked;
