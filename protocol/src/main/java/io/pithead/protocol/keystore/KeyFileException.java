package io.pithead.protocol.keystore;

/** A key file cannot be opened or made; the message says why and holds no secret. */
public final class KeyFileException extends Exception {
    private static final long serialVersionUID = 1L;

    KeyFileException(String message) {
        super(message);
    }
}
