@NullMarked
package io.pithead.coordinator.feed.core;

import org.jspecify.annotations.NullMarked;
