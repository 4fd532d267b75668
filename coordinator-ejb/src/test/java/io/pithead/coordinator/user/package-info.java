@NullMarked
package io.pithead.coordinator.user;

import org.jspecify.annotations.NullMarked;
