package io.pithead.coordinator.challenge;

import io.pithead.coordinator.node.DirectiveSource;
import io.pithead.protocol.node.Directive;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Tells nodes of challenges that they have not answered. Of several machines with one address the right one has its key. */
@ApplicationScoped
public class ChallengeOffers implements DirectiveSource {
    @Override
    public Map<UUID, List<Directive>> directives(Connection connection, Collection<UUID> nodes) throws SQLException {
        if (nodes.isEmpty()) {
            return Map.of();
        }
        var directives = new HashMap<UUID, List<Directive>>();
        ChallengeStore.offered(connection, nodes)
                .forEach((node, challenges) -> directives.put(
                        node, challenges.stream().map(Directive::challenge).toList()));
        return directives;
    }
}
