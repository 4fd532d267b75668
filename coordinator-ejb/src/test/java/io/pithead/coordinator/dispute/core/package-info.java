@NullMarked
package io.pithead.coordinator.dispute.core;

import org.jspecify.annotations.NullMarked;
