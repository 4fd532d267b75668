package io.pithead.launcher;

import java.time.Duration;

/** The HTTP edge in front of the application server. Implemented in a class loader that sees the server's classes. */
public interface HttpEdge {
    /**
     * Takes its place in the listeners that are open.
     *
     * @param listeners how many there are to be; waited for, within reason
     * @return how many there are
     */
    int guard(int listeners) throws InterruptedException;

    /** Lets nobody new in, and returns when everybody who is in has an answer, or at the limit. */
    void drain(Duration limit) throws InterruptedException;
}
