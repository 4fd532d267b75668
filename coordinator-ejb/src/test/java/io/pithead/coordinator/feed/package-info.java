@NullMarked
package io.pithead.coordinator.feed;

import org.jspecify.annotations.NullMarked;
