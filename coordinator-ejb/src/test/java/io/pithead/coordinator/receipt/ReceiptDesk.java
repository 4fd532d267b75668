package io.pithead.coordinator.receipt;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.Database;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** The real signer, wired as the container does, with its key in a folder of the test's. */
@SuppressWarnings("UnnecessaryAssignment") // stands in for the container
public final class ReceiptDesk {
    private ReceiptDesk() {}

    public static ReceiptSigner signer(Database database, Path folder) {
        var config = new ReceiptConfig();
        var settings = Map.of("pithead.data.dir", folder.toString());
        config.read(new ConfigReader(key -> Optional.ofNullable(settings.get(key))));
        var signer = new ReceiptSigner();
        signer.config = config;
        signer.database = database;
        signer.load();
        return signer;
    }
}
