/** What is decided about the chain: fees, what a stake lacks, whether a claim, an invite or a set of contracts can be relied on. */
@NullMarked
package io.pithead.miner.chain.core;

import org.jspecify.annotations.NullMarked;
