/** Runs, the compute pools of buyers, and how nodes get into them. */
@NullMarked
package io.pithead.protocol.run;

import org.jspecify.annotations.NullMarked;
