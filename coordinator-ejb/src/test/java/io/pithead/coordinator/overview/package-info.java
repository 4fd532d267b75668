@NullMarked
package io.pithead.coordinator.overview;

import org.jspecify.annotations.NullMarked;
