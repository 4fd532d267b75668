/**
 * Files of private keys, encrypted with a password in the form that the chain's own tools use (Web3 Secret Storage, version 3,
 * scrypt): a key made here opens there, and the other way round.
 */
@NullMarked
package io.pithead.protocol.keystore;

import org.jspecify.annotations.NullMarked;
