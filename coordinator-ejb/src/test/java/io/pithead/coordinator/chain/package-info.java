@NullMarked
package io.pithead.coordinator.chain;

import org.jspecify.annotations.NullMarked;
