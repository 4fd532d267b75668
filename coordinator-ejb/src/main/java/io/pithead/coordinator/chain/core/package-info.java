/**
 * Decisions of the chain gateway: what a transaction pays, which nonce is next and whom to believe about it, how far logs are
 * read at once, what a reorganisation undoes, what is final, which node is asked.
 */
@NullMarked
package io.pithead.coordinator.chain.core;

import org.jspecify.annotations.NullMarked;
