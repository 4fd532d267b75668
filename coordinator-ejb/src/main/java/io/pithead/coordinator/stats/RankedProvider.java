package io.pithead.coordinator.stats;

import org.jspecify.annotations.Nullable;

/**
 * Who is on the leaderboard.
 *
 * @param name the address that a chain knows it by, or one that says nothing but stays the same
 * @param success absent where nothing ended
 * @param speed absent where nothing was compared
 * @param uptime absent where nobody looked
 */
public record RankedProvider(
        int rank,
        String name,
        long accepted,
        long failed,
        @Nullable Double success,
        @Nullable Double speed,
        @Nullable Double uptime) {}
