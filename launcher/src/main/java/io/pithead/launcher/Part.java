package io.pithead.launcher;

import java.util.Map;

/** A part of the server that runs in a class loader of its own. Implementations have a public constructor. */
public interface Part extends AutoCloseable {
    /** Starts it; returns when it can be used. */
    void start() throws CannotStartException, InterruptedException;

    /** @return what the application must know to use it, by configuration key */
    Map<String, String> settings();

    /** Stops it in bounded time, whatever state it is in. */
    @Override
    void close();
}
