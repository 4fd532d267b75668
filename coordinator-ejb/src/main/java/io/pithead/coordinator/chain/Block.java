package io.pithead.coordinator.chain;

import java.math.BigInteger;
import java.time.Instant;

/** The head of a block, as far as anybody here asks. */
record Block(long number, String hash, String parent, Instant at, BigInteger baseFee) {}
