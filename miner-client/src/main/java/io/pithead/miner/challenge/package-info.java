/**
 * Answers a validator's compute challenge: multiplies, commits to the product's rows and opens those that are asked for
 * (docs/VERIFICATION.md). The product is not kept: a row that is asked for is made again. Only the agent's wiring is missing, nothing sends
 * challenges yet.
 */
@NullMarked
package io.pithead.miner.challenge;

import org.jspecify.annotations.NullMarked;
