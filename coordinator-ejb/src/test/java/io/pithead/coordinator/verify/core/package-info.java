@NullMarked
package io.pithead.coordinator.verify.core;

import org.jspecify.annotations.NullMarked;
