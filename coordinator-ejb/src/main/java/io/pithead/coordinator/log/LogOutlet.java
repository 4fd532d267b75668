package io.pithead.coordinator.log;

import io.pithead.protocol.log.LogStretch;

/** Where a reader's output goes. No method may block: one thread serves all readers. */
public interface LogOutlet {
    /** Whether what was given before has not been taken yet: nothing more is read for it until then. */
    boolean isBehind();

    /** @return false when the reader is gone */
    boolean stretch(LogStretch stretch);

    /** A sign of life. @return as {@link #stretch} */
    boolean beat();

    /** There is nothing more to come. */
    void end();
}
