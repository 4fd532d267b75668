package io.pithead.coordinator.user;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import io.pithead.coordinator.user.core.SessionPolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.file.Path;
import java.time.Duration;

/** How long sessions last, and where the key lies that seals second factors. */
@ApplicationScoped
public class UserConfig implements ConfigSection {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private SessionPolicy sessions = new SessionPolicy(Duration.ofHours(8), Duration.ofDays(7));
    private Path keyFile = Path.of("user-secrets.key");

    @Override
    public void read(ConfigReader reader) {
        Duration max = reader.duration("pithead.session.max", sessions.max(), MINUTE, Duration.ofDays(90));
        Duration idle = reader.duration("pithead.session.idle", sessions.idle(), MINUTE, Duration.ofDays(90));
        if (idle.compareTo(max) > 0) {
            reader.problem("pithead.session.idle must be at most pithead.session.max, which is " + max);
            return;
        }
        sessions = new SessionPolicy(idle, max);
        keyFile = reader.path(
                "pithead.user.key.file",
                DataDirectory.read(reader).resolve("keys").resolve("user-secrets.key"));
    }

    SessionPolicy sessions() {
        return sessions;
    }

    Path keyFile() {
        return keyFile;
    }
}
