@org.jspecify.annotations.NullMarked
package io.pithead.miner.challenge.core;
