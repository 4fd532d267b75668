@NullMarked
package io.pithead.coordinator.receipt;

import org.jspecify.annotations.NullMarked;
