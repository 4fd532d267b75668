/** A job as the buyer submits it, as the miner gets it, and what the miner says about it. */
@NullMarked
package io.pithead.protocol.job;

import org.jspecify.annotations.NullMarked;
