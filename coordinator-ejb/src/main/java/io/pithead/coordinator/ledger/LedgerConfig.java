package io.pithead.coordinator.ledger;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** What a token is called, whether deposits are believed, and how long pay is locked. */
@ApplicationScoped
public class LedgerConfig implements ConfigSection {
    private static final Duration MAX_LOCK = Duration.ofDays(30);

    private String unit = "AIT";
    private boolean autoDeposit;
    private Duration lock = Duration.ofHours(24);

    @Override
    public void read(ConfigReader reader) {
        unit = reader.text("pithead.ledger.unit", unit);
        autoDeposit = reader.flag("pithead.ledger.auto-deposit", autoDeposit);
        lock = reader.duration("pithead.ledger.lock", lock, Duration.ZERO, MAX_LOCK);
    }

    public String unit() {
        return unit;
    }

    /** True credits deposits at once: for demonstrations, where nobody pays. */
    boolean autoDeposit() {
        return autoDeposit;
    }

    /** From a receipt to the moment when what it pays can be spent; zero is at once. */
    Duration lock() {
        return lock;
    }
}
