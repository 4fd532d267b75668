/** Secrets at rest: sealed with a key that lies in a file of its own, and bound to the row they belong to. */
@NullMarked
package io.pithead.coordinator.seal;

import org.jspecify.annotations.NullMarked;
