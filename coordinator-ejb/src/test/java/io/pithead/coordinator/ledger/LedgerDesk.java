package io.pithead.coordinator.ledger;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.Database;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** The real ledger, wired as the container does, for tests of every package. */
public final class LedgerDesk {
    private LedgerDesk() {}

    /** What is paid is available at once. */
    public static Ledger ledger(Database database) {
        return ledger(database, Duration.ZERO);
    }

    public static Ledger ledger(Database database, Duration lock) {
        return new Ledger(database, config(lock));
    }

    /** What is due becomes available. @return how much of it */
    public static int mature(Database database, Ledger ledger) {
        return database.inTransaction(connection -> ledger.mature(connection, MaturingRounds.BATCH, Instant.now()));
    }

    static LedgerConfig config(Duration lock) {
        var config = new LedgerConfig();
        config.read(new ConfigReader(
                key -> key.equals("pithead.ledger.lock") ? Optional.of(lock.toString()) : Optional.empty()));
        return config;
    }
}
