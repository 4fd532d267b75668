@NullMarked
package io.pithead.coordinator.user.core;

import org.jspecify.annotations.NullMarked;
