package io.pithead.coordinator.task;

import io.pithead.coordinator.dispatch.Secrets;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.seal.SealingKeyFile;
import io.pithead.coordinator.seal.SecretBox;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.task.ContainerSecrets;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Seals the secrets of tasks, and opens them for the offer to the holder of a lease. */
@ApplicationScoped
public class TaskSecrets implements Secrets {
    @Inject
    TaskConfig config;

    private volatile @Nullable SecretBox box;

    byte[] seal(UUID task, ContainerSecrets secrets) {
        return box().seal(task, Json.text(secrets));
    }

    @Override
    public Map<UUID, ContainerSecrets> of(Connection connection, Collection<UUID> tasks) throws SQLException {
        var opened = new HashMap<UUID, ContainerSecrets>();
        try (var select =
                connection.prepareStatement("select id, secrets from task where id = any(?) and secrets is not null")) {
            new Columns(connection, select).uuids(tasks, id -> id);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    UUID id = Columns.uuid(row, "id");
                    opened.put(id, Json.own(box().open(id, row.getBytes("secrets")), ContainerSecrets.class));
                }
            }
        }
        return opened;
    }

    /** The key is made with the first secret: most installations never have one. */
    private SecretBox box() {
        SecretBox known = box;
        if (known == null) {
            known = new SecretBox(SealingKeyFile.loadOrCreate(config.keyFile()));
            box = known;
        }
        return known;
    }
}
