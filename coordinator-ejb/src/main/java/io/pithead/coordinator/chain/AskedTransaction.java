package io.pithead.coordinator.chain;

import java.util.UUID;

/**
 * A transaction that has no nonce.
 *
 * @param tries how often it would have reverted
 */
record AskedTransaction(UUID id, String purpose, Intent intent, int tries) {}
