package io.pithead.miner.chain;

/** A transaction is in a block. */
record Receipt(boolean succeeded, long block) {}
