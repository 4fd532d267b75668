@org.jspecify.annotations.NullMarked
package io.pithead.miner.membership.core;
