/** Which challenges a node answers, with what and until when. */
@NullMarked
package io.pithead.miner.challenge.core;

import org.jspecify.annotations.NullMarked;
