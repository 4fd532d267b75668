/** What a miner says of its machine, its sign of life, and the answer. */
@NullMarked
package io.pithead.protocol.node;

import org.jspecify.annotations.NullMarked;
