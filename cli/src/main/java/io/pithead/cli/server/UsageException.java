package io.pithead.cli.server;

/** What was typed or configured does not do; the message says what would. */
public final class UsageException extends Exception {
    private static final long serialVersionUID = 1;

    public UsageException(String message) {
        super(message);
    }
}
