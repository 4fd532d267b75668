package io.pithead.validator.challenge;

import io.pithead.coordinator.outbox.Destinations;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.id.Ids;
import io.pithead.validator.challenge.ChallengeStore.Planned;
import io.pithead.validator.challenge.core.HardwareClass;
import io.pithead.validator.challenge.core.LineClass;
import io.pithead.validator.challenge.core.Planning;
import io.pithead.validator.challenge.core.Planning.Due;
import io.pithead.validator.challenge.core.Planning.Past;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Goes through the coordinator's nodes, page after page, and plans challenges for those that are due. */
final class Planner {
    private static final Logger LOG = System.getLogger(Planner.class.getName());
    private static final int PAGES_PER_ROUND = 10;
    private static final int FORGOTTEN_PER_ROUND = 1_000;

    private final Database database;
    private final Outbox outbox;
    private final CoordinatorApi coordinator;
    private final Terms terms;
    private final Supplier<Planning> planning;
    private final InstantSource clock;
    private final DoubleSupplier chance;
    private @Nullable String cursor;

    /** @param planning as the chain's validators are now */
    Planner(
            Database database,
            Outbox outbox,
            CoordinatorApi coordinator,
            Terms terms,
            Supplier<Planning> planning,
            InstantSource clock,
            DoubleSupplier chance) {
        this.database = database;
        this.outbox = outbox;
        this.coordinator = coordinator;
        this.terms = terms;
        this.planning = planning;
        this.clock = clock;
        this.chance = chance;
    }

    /** @return how many challenges were planned */
    int round() {
        int planned = 0;
        Planning now = planning.get();
        for (int i = 0; i < PAGES_PER_ROUND; i++) {
            Page<ClaimedNode> page = coordinator.nodes(cursor);
            planned += plan(now, page.items());
            cursor = page.nextCursor();
            if (cursor == null) {
                break;
            }
        }
        Instant old = clock.instant().minus(terms.retention());
        database.withConnection(connection -> ChallengeStore.forget(connection, old, FORGOTTEN_PER_ROUND));
        return planned;
    }

    private int plan(Planning planning, List<ClaimedNode> nodes) {
        if (nodes.isEmpty()) {
            return 0;
        }
        Instant now = clock.instant();
        List<String> addresses = nodes.stream().map(ClaimedNode::address).toList();
        Map<String, Past> past = database.withConnection(connection -> ChallengeStore.past(connection, addresses));
        var plans = new ArrayList<Planned>();
        for (ClaimedNode node : nodes) {
            if (planning.decide(node, past.get(node.address()), chance.getAsDouble(), chance.getAsDouble(), now)
                    instanceof Due challenge) {
                plans.add(new Planned(
                        Ids.next(now),
                        node.address(),
                        challenge.kind(),
                        challenge.size(),
                        challenge.rows(),
                        challenge.turns(),
                        hardware(challenge.kind(), node),
                        challenge.commitWithin(),
                        challenge.openWithin(),
                        challenge.rest(),
                        challenge.next()));
            }
        }
        return plans.isEmpty() ? 0 : write(plans, now);
    }

    /** Whose times are compared: how long a container takes to begin says what its engine is, and nothing of the machine. */
    private static @Nullable String hardware(ChallengeKind kind, ClaimedNode node) {
        return switch (kind) {
            case COMPUTE, MEMORY, STORAGE -> HardwareClass.of(node).orElse(null);
            case NETWORK -> LineClass.of(node);
            case CONTAINER -> null;
        };
    }

    private int write(List<Planned> plans, Instant now) {
        List<UUID> written = database.inTransaction(connection -> {
            int room = Math.max(0, terms.maxOpen() - ChallengeStore.open(connection));
            List<Planned> fitting = plans.subList(0, Math.min(room, plans.size()));
            List<UUID> ids = ChallengeStore.plan(connection, fitting, now, now.plus(Terms.PREPARE));
            outbox.append(connection, Destinations.CHALLENGE, Hints.of(Hints.PREPARE, ids));
            return ids;
        });
        if (!written.isEmpty()) {
            outbox.wake();
            LOG.log(Level.INFO, () -> "validator.planned challenges=" + written.size());
        }
        return written.size();
    }
}
