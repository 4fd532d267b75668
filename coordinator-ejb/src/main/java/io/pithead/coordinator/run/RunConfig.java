package io.pithead.coordinator.run;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.run.core.RunNodeMachine.Patience;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;

/** How long nodes of runs that are silent or kept out are waited for, and how many runs an account may have. */
@ApplicationScoped
public class RunConfig implements ConfigSection {
    private Duration unhealthyAfter = Duration.ofSeconds(90);
    private Duration deadAfter = Duration.ofSeconds(30);
    private Duration dismissAfter = Duration.ofHours(1);
    private int maxPerAccount = 100;

    @Override
    public void read(ConfigReader reader) {
        unhealthyAfter = reader.duration(
                "pithead.run.unhealthy-after", unhealthyAfter, Duration.ofSeconds(10), Duration.ofDays(1));
        deadAfter = reader.duration("pithead.run.dead-after", deadAfter, Duration.ofSeconds(1), Duration.ofDays(1));
        dismissAfter =
                reader.duration("pithead.run.dismiss-after", dismissAfter, Duration.ofMinutes(1), Duration.ofDays(365));
        maxPerAccount = reader.integer("pithead.run.max-per-account", maxPerAccount, 1, 1_000_000);
    }

    Patience patience() {
        return new Patience(unhealthyAfter, deadAfter);
    }

    /** A node that was dead, or kept out, for so long loses its place. */
    Duration dismissAfter() {
        return dismissAfter;
    }

    /** That have not ended. */
    int maxPerAccount() {
        return maxPerAccount;
    }
}
