package io.pithead.coordinator.chain;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction is to do.
 *
 * @param target nothing makes a contract of the data
 */
public record Intent(@Nullable String target, BigInteger value, byte[] data) {}
