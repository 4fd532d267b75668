package io.pithead.coordinator.node;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.lease.LeaseConfig;
import io.pithead.coordinator.node.core.Marks.Mark;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.node.MinerId;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The nodes this instance has heard of. Changes made elsewhere are fetched twice a second, by the time of the change. */
@ApplicationScoped
public class NodeRegistry {
    private static final int MAX_CACHED = 200_000;
    private static final int MAX_SEEN = 5_000;
    /** Transactions that were open at the last look commit with an earlier time. */
    private static final Duration OVERLAP = Duration.ofSeconds(5);
    /** In one look; what changed beyond them is seen in the next one. */
    private static final int MAX_PAGES = 20;

    private static final UUID FIRST = new UUID(0, 0);

    @Inject
    Database database;

    @Inject
    NodeConfig config;

    @Inject
    LeaseConfig leases;

    private final Map<Key, Node> nodes = new ConcurrentHashMap<>();
    private final Set<UUID> polled = ConcurrentHashMap.newKeySet();
    private final List<Consumer<Node>> banListeners = new CopyOnWriteArrayList<>();
    private final List<Consumer<Node>> changeListeners = new CopyOnWriteArrayList<>();
    private volatile Instant seenUntil = Instant.EPOCH;

    private record Key(UUID account, String minerId) {}

    /** @param shared marks that another node was not known to bear as well */
    record Found(Node node, boolean created, List<Mark> shared) {}

    /** @throws CoordinatorException {@code NODE_NOT_FOUND} when the account has no such node, {@code NODE_BANNED} */
    public Node require(UUID account, String minerId) {
        Node node = find(account, minerId)
                .orElseThrow(() -> new CoordinatorException(
                        ErrorCode.NODE_NOT_FOUND,
                        "This account has no such node; register it or send a heartbeat first.",
                        Map.of("miner_id", minerId)));
        if (node.isBanned()) {
            throw node.banned(List.of());
        }
        return node;
    }

    /** Called with nodes that were banned, perhaps several times, on the thread that noticed: return quickly. */
    public void onBanned(Consumer<Node> listener) {
        banListeners.add(listener);
    }

    /** The same for nodes that are known here and have changed in any way. */
    public void onChanged(Consumer<Node> listener) {
        changeListeners.add(listener);
    }

    Optional<Node> find(UUID account, String minerId) {
        Node known = nodes.get(new Key(account, minerId));
        if (known != null) {
            return Optional.of(known);
        }
        if (!MinerId.isWellFormed(minerId)) {
            return Optional.empty();
        }
        List<NodeStore.Changed> found =
                database.withConnection(connection -> NodeStore.find(connection, List.of(account), List.of(minerId)));
        found.forEach(changed -> put(changed.node()));
        return found.stream().map(NodeStore.Changed::node).findFirst();
    }

    /** @param marks that tell its machine from others */
    Found save(UUID account, MinerCapabilities capabilities, boolean registered, List<Mark> marks) {
        Found saved = database.inTransaction(connection -> {
            NodeStore.Saved node =
                    NodeStore.save(connection, account, capabilities, registered, config.maxPerAccount(), leases.ttl());
            if (node.node().isBanned()) {
                throw node.node().banned(List.of());
            }
            // to register is a sign of life
            NodeStore.seen(connection, List.of(node.node().id()), Collections.singletonList(null));
            return new Found(
                    node.node(),
                    node.created(),
                    MarkStore.seen(connection, node.node().id(), marks));
        });
        put(saved.node());
        return saved;
    }

    void drain(UUID account, String minerId) {
        boolean found = database.inTransaction(connection -> NodeStore.drain(connection, account, minerId));
        nodes.remove(new Key(account, minerId));
        if (!found) {
            require(account, minerId);
        }
    }

    int size() {
        return nodes.size();
    }

    /** A poll is a sign of life too; it is written with the next round of {@link #refresh}. */
    public void polled(Node node) {
        polled.add(node.id());
    }

    private void flushPolled() {
        List<UUID> seen = Columns.sorted(polled);
        for (int from = 0; from < seen.size(); from += MAX_SEEN) {
            List<UUID> batch = seen.subList(from, Math.min(seen.size(), from + MAX_SEEN));
            database.doInTransaction(
                    connection -> NodeStore.seen(connection, batch, Collections.nCopies(batch.size(), null)));
            batch.forEach(polled::remove);
        }
    }

    /** Fetches what changed at other instances; what is cached here and has not changed stays. */
    void refresh() {
        flushPolled();
        if (nodes.isEmpty()) {
            return;
        }
        Instant since = seenUntil.equals(Instant.EPOCH) ? Instant.now().minus(OVERLAP) : seenUntil.minus(OVERLAP);
        Instant from = since;
        UUID after = FIRST;
        for (int page = 0; page < MAX_PAGES; page++) {
            List<NodeStore.Changed> changes = changedAfter(from, after);
            changes.forEach(change -> changed(change.node()));
            if (!changes.isEmpty()) {
                from = changes.getLast().updatedAt();
                after = changes.getLast().node().id();
                seenUntil = from;
            }
            if (changes.size() < NodeStore.MAX_CHANGES) {
                return;
            }
        }
    }

    private void changed(Node node) {
        if (nodes.computeIfPresent(key(node), (key, old) -> node) != null) {
            changeListeners.forEach(listener -> listener.accept(node));
        }
        if (node.isBanned()) {
            banListeners.forEach(listener -> listener.accept(node));
        }
    }

    private List<NodeStore.Changed> changedAfter(Instant time, UUID node) {
        return database.withConnection(connection -> NodeStore.changedAfter(connection, time, node));
    }

    private void put(Node node) {
        if (nodes.size() >= MAX_CACHED) {
            nodes.clear();
        }
        nodes.put(key(node), node);
    }

    private static Key key(Node node) {
        return new Key(node.account(), node.minerId());
    }
}
