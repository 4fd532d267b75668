package io.pithead.coordinator.account;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import io.pithead.protocol.admin.KeyRequest;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;

/** Where the first admin key is written, and how much a key may ask when it was issued without a limit. */
@ApplicationScoped
public class AccountConfig implements ConfigSection {
    private Path firstKeyFile = Path.of("admin.key");
    private int requestsPerMinute = 6_000;

    @Override
    public void read(ConfigReader reader) {
        firstKeyFile = DataDirectory.read(reader).resolve("admin.key");
        requestsPerMinute = reader.integer(
                "pithead.key.requests-per-minute", requestsPerMinute, 1, KeyRequest.MAX_REQUESTS_PER_MINUTE);
    }

    Path firstKeyFile() {
        return firstKeyFile;
    }

    int requestsPerMinute() {
        return requestsPerMinute;
    }
}
