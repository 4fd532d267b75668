/**
 * Whether work is right, and how far a node is believed: what agrees, who is asked again, what a record is worth, and what
 * follows from being wrong.
 *
 * <p>What is random here is a keyed hash ({@link Draw}): the same job is drawn the same way at every instance and after every
 * restart, and nobody without the key can tell how.
 */
@NullMarked
package io.pithead.coordinator.verify.core;

import org.jspecify.annotations.NullMarked;
