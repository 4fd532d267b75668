@NullMarked
package io.pithead.coordinator.chain.core;

import org.jspecify.annotations.NullMarked;
