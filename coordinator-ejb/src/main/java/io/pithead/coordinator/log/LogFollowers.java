package io.pithead.coordinator.log;

import java.util.UUID;

/** Told, again and again, that somebody reads a job's output as it comes. */
public interface LogFollowers {
    void following(UUID account, UUID job);
}
