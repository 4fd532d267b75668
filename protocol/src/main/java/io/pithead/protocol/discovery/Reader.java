package io.pithead.protocol.discovery;

/** Who must be able to read a node's endpoint: the content's key is wrapped for this key. */
public record Reader(String address, String publicKey) {}
