package io.pithead.coordinator.outbox;

import jakarta.jms.JMSException;

/** The broker is away, or refused. */
public final class BrokerException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokerException(JMSException cause) {
        super(cause);
    }

    BrokerException(String message) {
        super(message);
    }
}
