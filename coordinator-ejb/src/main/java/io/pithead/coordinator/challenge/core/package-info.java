/** What a message of a challenge has to be so that it is carried. */
@NullMarked
package io.pithead.coordinator.challenge.core;

import org.jspecify.annotations.NullMarked;
