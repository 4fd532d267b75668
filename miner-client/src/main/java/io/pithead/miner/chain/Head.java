package io.pithead.miner.chain;

import java.math.BigInteger;
import java.time.Instant;

/** The newest block. */
record Head(Instant time, BigInteger baseFee) {}
