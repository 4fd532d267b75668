/**
 * Whether this instance can do its work: each check is a loop that goes round only while the thing it looks at is well.
 *
 * <p>So a request to {@code /health/ready} costs no look at anything, a check that hangs is seen by its age, and one dead
 * dependency does not hide another.
 */
@NullMarked
package io.pithead.coordinator.health;

import org.jspecify.annotations.NullMarked;
