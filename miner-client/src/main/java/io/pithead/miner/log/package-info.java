/**
 * The output of attempts: kept on disk in a {@link io.pithead.miner.log.LogRing} (its beginning and its end, bounded), brought to
 * the coordinator by a {@link io.pithead.miner.log.LogShipper} while somebody follows, and whole when the attempt has ended.
 * Offsets count the bytes of everything that was ever written, so that neither side loses its place by what it drops.
 */
@NullMarked
package io.pithead.miner.log;

import org.jspecify.annotations.NullMarked;
