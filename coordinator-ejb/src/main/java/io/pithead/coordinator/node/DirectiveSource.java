package io.pithead.coordinator.node;

import io.pithead.protocol.node.Directive;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Somebody who has something to say to nodes that beat; in the heartbeats' transaction. */
public interface DirectiveSource {
    /** By node; what has been said stays said until the miner shows that it did it. */
    Map<UUID, List<Directive>> directives(Connection connection, Collection<UUID> nodes) throws SQLException;
}
