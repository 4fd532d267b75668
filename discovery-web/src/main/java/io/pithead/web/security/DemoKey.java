package io.pithead.web.security;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MultivaluedMap;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The key that callers on this machine act with when they bring none, so that the Prime README's curl lines work as printed.
 * For demonstrations: off unless {@code pithead.demo.open} is set. It is a key like any other: it has one account, a rate, and
 * can be revoked.
 */
@ApplicationScoped
public class DemoKey implements ConfigSection {
    private static final int MAX_BYTES = 256;
    private static final Logger LOG = System.getLogger(DemoKey.class.getName());

    private boolean open;
    private Path file = Path.of("demo.key");

    @Override
    public void read(ConfigReader reader) {
        open = reader.flag("pithead.demo.open", false);
        file = reader.path(
                "pithead.demo.key.file",
                DataDirectory.read(reader).resolve("demo").resolve("buyer.key"));
    }

    boolean isOpen() {
        return open;
    }

    /** Puts the key into the request; without one the request goes on as it is, and is refused as any other. */
    void lend(MultivaluedMap<String, String> headers) {
        try {
            if (Files.isRegularFile(file) && Files.size(file) <= MAX_BYTES) {
                headers.putSingle(Credentials.API_KEY, Files.readString(file).strip());
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, () -> "demo.key_unreadable cause=" + e);
        }
    }
}
