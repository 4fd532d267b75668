/** What integration tests stand on. */
@NullMarked
package io.pithead.coordinator.testing;

import org.jspecify.annotations.NullMarked;
