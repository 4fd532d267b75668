package io.pithead.web.json;

import io.pithead.protocol.json.InvalidPayloadException;

/** Carries {@link InvalidPayloadException} out of a reader, which may not throw it. */
public final class InvalidBodyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient InvalidPayloadException payload;

    InvalidBodyException(InvalidPayloadException payload) {
        super(payload.getMessage(), payload);
        this.payload = payload;
    }

    public InvalidPayloadException payload() {
        return payload;
    }
}
