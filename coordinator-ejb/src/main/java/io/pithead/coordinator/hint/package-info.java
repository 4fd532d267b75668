/**
 * Hints between instances that work of some job classes became ready.
 *
 * <p>A hint goes by the {@code dispatch} address to every instance, because the fitting miner may be parked at any of
 * them. It is sent without the outbox and is not persistent: a submission wakes the miners parked here directly, and the
 * slow poll of every instance finds what a lost hint hid. At most one message per 20 ms leaves an instance, whatever the
 * rate of submissions; while the broker is away hints are dropped.
 */
@NullMarked
package io.pithead.coordinator.hint;

import org.jspecify.annotations.NullMarked;
