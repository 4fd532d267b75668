package io.pithead.demo;

/** Why the demo cannot go on, in one line for the one who started it. */
public final class DemoException extends Exception {
    private static final long serialVersionUID = 1L;

    DemoException(String message) {
        super(message);
    }
}
