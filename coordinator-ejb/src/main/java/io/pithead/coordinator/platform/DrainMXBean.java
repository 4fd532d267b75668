package io.pithead.coordinator.platform;

/** How whoever runs this server says that it is about to stop it: {@code io.pithead:type=Drain}. */
public interface DrainMXBean {
    /** Nobody is asked to wait here any more, and who waits is sent on; readiness says no. What comes is still served. */
    void drain();

    boolean isDraining();

    /** After that, when nobody is connected any more: the background loops end, before the server takes their database away. */
    void end();
}
