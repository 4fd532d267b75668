package io.pithead.coordinator.task;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;

/** Settings of container tasks. */
@ApplicationScoped
public class TaskConfig implements ConfigSection {
    private static final int MAX_PER_ACCOUNT = 100_000;

    private int perAccount = 1_000;
    private Path keyFile = Path.of("task-secrets.key");

    @Override
    public void read(ConfigReader reader) {
        perAccount = reader.integer("pithead.task.max-per-account", perAccount, 1, MAX_PER_ACCOUNT);
        Path data = DataDirectory.read(reader);
        keyFile = reader.path("pithead.task.key.file", data.resolve("keys").resolve("task-secrets.key"));
    }

    /** Tasks of one account that have not ended. */
    int perAccount() {
        return perAccount;
    }

    Path keyFile() {
        return keyFile;
    }
}
