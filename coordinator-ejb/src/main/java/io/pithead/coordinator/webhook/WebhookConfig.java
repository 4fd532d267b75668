package io.pithead.coordinator.webhook;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import io.pithead.coordinator.webhook.core.Ports;
import io.pithead.coordinator.webhook.core.RetryPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Settings of webhooks. */
@ApplicationScoped
public class WebhookConfig implements ConfigSection {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofDays(1);
    private static final int MAX_SUBSCRIPTIONS = 100;

    private boolean allowPrivate;
    private Ports ports = Ports.parse(Ports.DEFAULT);
    private Duration timeout = Duration.ofSeconds(10);
    private RetryPolicy retry = new RetryPolicy(Duration.ofSeconds(5), Duration.ofHours(1), DAY);
    private Duration deadRetention = Duration.ofDays(30);
    private int subscriptionsPerAccount = 10;
    private Path keyFile = Path.of("webhook-secrets.key");

    @Override
    public void read(ConfigReader reader) {
        allowPrivate = reader.flag("pithead.webhook.allow-private", allowPrivate);
        ports = reader.parsed(
                "pithead.webhook.ports",
                ports,
                Ports.DEFAULT,
                "ports and ranges of ports such as " + Ports.DEFAULT,
                text -> Optional.of(Ports.parse(text)));
        timeout = reader.duration("pithead.webhook.timeout", timeout, SECOND, Duration.ofSeconds(60));
        Duration first = reader.duration(
                "pithead.webhook.retry.first", retry.firstDelay(), Duration.ofMillis(100), Duration.ofMinutes(10));
        Duration max = reader.duration("pithead.webhook.retry.max", retry.maxDelay(), first, DAY);
        Duration window = reader.duration("pithead.webhook.retry.window", retry.window(), SECOND, Duration.ofDays(7));
        retry = new RetryPolicy(first, max, window);
        deadRetention = reader.duration("pithead.webhook.dead.retention", deadRetention, DAY, Duration.ofDays(3650));
        subscriptionsPerAccount =
                reader.integer("pithead.webhook.subscriptions", subscriptionsPerAccount, 1, MAX_SUBSCRIPTIONS);
        Path data = DataDirectory.read(reader);
        keyFile = reader.path("pithead.webhook.key.file", data.resolve("keys").resolve("webhook-secrets.key"));
    }

    boolean allowPrivate() {
        return allowPrivate;
    }

    Ports ports() {
        return ports;
    }

    Duration timeout() {
        return timeout;
    }

    RetryPolicy retry() {
        return retry;
    }

    Duration deadRetention() {
        return deadRetention;
    }

    int subscriptionsPerAccount() {
        return subscriptionsPerAccount;
    }

    Path keyFile() {
        return keyFile;
    }
}
