/** Decisions about followed jobs: what a follower is to be sent next. */
@NullMarked
package io.pithead.coordinator.feed.core;

import org.jspecify.annotations.NullMarked;
