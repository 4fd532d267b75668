package io.pithead.coordinator.sanction;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.protocol.money.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.util.Optional;

/** Whether nodes that validators rejected are ejected, and how much stake that costs. */
@ApplicationScoped
public class SanctionConfig implements ConfigSection {
    static final String ENABLED = "pithead.sanction.enabled";

    private boolean enabled = true;
    private Optional<BigInteger> slash = Optional.empty();

    @Override
    public void read(ConfigReader reader) {
        enabled = reader.flag(ENABLED, enabled);
        slash = reader.parsed(
                "pithead.sanction.slash",
                slash,
                "the contract's stake per node",
                "an amount such as 1.5, more than nothing",
                text -> Optional.of(Money.parse(text))
                        .filter(amount -> amount.signum() > 0)
                        .map(Optional::of));
    }

    boolean isEnabled() {
        return enabled;
    }

    /** Empty: the contract's stake per node. */
    Optional<BigInteger> slash() {
        return slash;
    }
}
