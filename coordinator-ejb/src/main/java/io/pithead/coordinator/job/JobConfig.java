package io.pithead.coordinator.job;

import io.pithead.coordinator.job.core.JobPlan;
import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.money.Money;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigInteger;
import java.time.Duration;
import java.util.Optional;

/** What the operator fills in for what a buyer leaves out. */
@ApplicationScoped
public class JobConfig implements ConfigSection {
    private JobPlan.Defaults defaults =
            new JobPlan.Defaults(BigInteger.valueOf(1_000_000), Duration.ofMinutes(15), 3, Duration.ofMinutes(10));

    private Duration retention = Duration.ofDays(30);

    @Override
    public void read(ConfigReader reader) {
        BigInteger price = reader.parsed(
                "pithead.job.default-price",
                defaults.price(),
                Money.format(defaults.price()),
                "a decimal amount of tokens",
                text -> Optional.of(Money.parse(text)));
        Duration ttl = reader.duration(
                "pithead.job.default-ttl",
                defaults.ttl(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(JobRequest.MAX_TTL_S));
        int attempts =
                reader.integer("pithead.job.default-max-attempts", defaults.maxAttempts(), 1, JobRequest.MAX_ATTEMPTS);
        Duration runtime = reader.duration(
                "pithead.job.default-max-runtime",
                defaults.maxRuntime(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(JobLimits.MAX_RUNTIME_S));
        defaults = new JobPlan.Defaults(price, ttl, attempts, runtime);
        retention = reader.duration("pithead.job.retention", retention, Duration.ofDays(1), Duration.ofDays(3_650));
    }

    /** How long ended jobs stay, at least; they go by whole weeks. */
    public Duration retention() {
        return retention;
    }

    public JobPlan.Defaults defaults() {
        return defaults;
    }
}
