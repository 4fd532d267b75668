package io.pithead.coordinator.ledger;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import jakarta.enterprise.context.ApplicationScoped;

/** What a token is called, and whether deposits are believed. */
@ApplicationScoped
public class LedgerConfig implements ConfigSection {
    private String unit = "AIT";
    private boolean autoDeposit;

    @Override
    public void read(ConfigReader reader) {
        unit = reader.text("pithead.ledger.unit", unit);
        autoDeposit = reader.flag("pithead.ledger.auto-deposit", autoDeposit);
    }

    public String unit() {
        return unit;
    }

    /** True credits deposits at once: for demonstrations, where nobody pays. */
    boolean autoDeposit() {
        return autoDeposit;
    }
}
