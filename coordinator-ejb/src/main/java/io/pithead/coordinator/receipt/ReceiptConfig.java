package io.pithead.coordinator.receipt;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;

/** Where the signing key lies. */
@ApplicationScoped
public class ReceiptConfig implements ConfigSection {
    private Path keyFile = Path.of("receipt-signing.pem");

    @Override
    public void read(ConfigReader reader) {
        Path data = DataDirectory.read(reader);
        keyFile = reader.path("pithead.signing.key.file", data.resolve("keys").resolve("receipt-signing.pem"));
    }

    Path keyFile() {
        return keyFile;
    }
}
