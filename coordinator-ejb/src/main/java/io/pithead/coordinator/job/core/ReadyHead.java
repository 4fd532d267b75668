package io.pithead.coordinator.job.core;

import java.util.UUID;

/** Stands for the first ready job of a class when only the class was named. */
public final class ReadyHead {
    public static final UUID UNKNOWN = new UUID(0, 0);

    private ReadyHead() {}
}
