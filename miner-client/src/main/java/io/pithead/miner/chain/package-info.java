/**
 * The owner's side of the chain: a small JSON-RPC client, the few calls of the contracts that an owner and a node need, and a
 * sender that writes a transaction down before it sends it, so that one that was killed is found again and not sent twice.
 * The contracts are those that the owner confirmed once ({@code chain.json}); code of another hash is never called.
 */
@NullMarked
package io.pithead.miner.chain;

import org.jspecify.annotations.NullMarked;
