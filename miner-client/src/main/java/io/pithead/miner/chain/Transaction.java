package io.pithead.miner.chain;

import io.pithead.protocol.signing.Address;

/**
 * A call of a contract that costs gas.
 *
 * @param purpose in the owner's words; two transactions of one purpose are the same one, sent by two starts of a command
 * @param data the call in hexadecimal
 */
public record Transaction(String purpose, Address to, String data) {}
