package io.pithead.protocol.receipt;

/** {@code sig} is base64url without padding. */
public record ReceiptSignature(String alg, String keyId, String sig) {}
