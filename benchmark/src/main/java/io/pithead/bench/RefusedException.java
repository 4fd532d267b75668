package io.pithead.bench;

import java.io.IOException;

/** The server answered, but not what the measurement needs. */
final class RefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
