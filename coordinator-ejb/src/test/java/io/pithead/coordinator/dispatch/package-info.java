@NullMarked
package io.pithead.coordinator.dispatch;

import org.jspecify.annotations.NullMarked;
