package io.pithead.bench;

import java.util.Locale;
import java.util.Optional;

/** What can be measured, by the name that {@code --only} takes. */
enum Row {
    EPOCHS,
    CHALLENGES,
    SIMULATION,
    HEARTBEATS,
    JOBS,
    BATCHED,
    LATENCY,
    PARKED,
    CONTAINERS,
    ENGINE,
    CHAIN,
    VERIFICATIONS,
    BOOT;

    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<Row> of(String word) {
        for (Row row : values()) {
            if (row.word().equals(word)) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }
}
