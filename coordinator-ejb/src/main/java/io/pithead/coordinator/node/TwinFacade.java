package io.pithead.coordinator.node;

import io.pithead.coordinator.node.MarkStore.Numbered;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.Twins;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which nodes may be the same machine, for the operator. */
@ApplicationScoped
public class TwinFacade {
    @Inject
    Database database;

    /** Newest first. */
    public Page<Twins> list(@Nullable Long before, int limit) {
        List<Numbered> found = database.withConnection(connection -> MarkStore.page(connection, before, limit + 1));
        boolean more = found.size() > limit;
        List<Numbered> page = more ? found.subList(0, limit) : found;
        return new Page<>(
                page.stream().map(Numbered::twins).toList(),
                more ? Long.toString(page.getLast().number()) : null);
    }
}
