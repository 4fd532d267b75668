@NullMarked
package io.pithead.coordinator.dispute;

import org.jspecify.annotations.NullMarked;
