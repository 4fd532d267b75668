/** What a line through a container's socket means, and how many may come. */
@NullMarked
package io.pithead.miner.bridge.core;

import org.jspecify.annotations.NullMarked;
