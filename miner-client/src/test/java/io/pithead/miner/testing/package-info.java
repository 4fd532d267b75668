/** A coordinator for tests: a real HTTP server that keeps to API.md, and can be made to misbehave. */
@NullMarked
package io.pithead.miner.testing;

import org.jspecify.annotations.NullMarked;
