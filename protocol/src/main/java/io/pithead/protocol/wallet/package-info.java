/** Balances and ledger entries as they cross the wire. */
@NullMarked
package io.pithead.protocol.wallet;

import org.jspecify.annotations.NullMarked;
