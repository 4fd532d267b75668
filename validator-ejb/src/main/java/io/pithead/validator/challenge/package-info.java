/** Challenges to nodes: made, asked and judged in {@link io.pithead.validator.challenge.core}; nothing sends them yet. */
@NullMarked
package io.pithead.validator.challenge;

import org.jspecify.annotations.NullMarked;
