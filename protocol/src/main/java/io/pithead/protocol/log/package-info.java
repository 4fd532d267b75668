/**
 * A job's output while it runs: pieces from the miner, stretches to the buyer. Offsets count the bytes of the text in UTF-8,
 * from the beginning of the attempt.
 */
@NullMarked
package io.pithead.protocol.log;

import org.jspecify.annotations.NullMarked;
