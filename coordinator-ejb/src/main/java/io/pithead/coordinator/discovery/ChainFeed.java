package io.pithead.coordinator.discovery;

import io.pithead.coordinator.chain.ChainFollower;
import io.pithead.coordinator.chain.ChainStates;
import io.pithead.coordinator.chain.ChainStates.Position;
import io.pithead.coordinator.chain.KnownChains;
import io.pithead.coordinator.chain.core.Projection.Key;
import io.pithead.coordinator.discovery.FeedStore.Fed;
import io.pithead.coordinator.discovery.core.ChainReading;
import io.pithead.coordinator.discovery.core.ChainReading.NodeRow;
import io.pithead.coordinator.discovery.core.Standing.StakeTerms;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.signing.PublicKey;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the registry's facts as a chain says them: what changed after each round of reading; all of it at a start, after blocks
 * were taken back, and once a new reading has caught up. Until then the facts stay as they were.
 */
@ApplicationScoped
public class ChainFeed implements ChainFollower {
    /** Of one statement. */
    static final int BATCH = 1_000;
    /** When more changed, all is read. */
    private static final int MAX_CHANGES = 5_000;

    @Inject
    Database database;

    @Inject
    KnownChains chains;

    /** Those that this process has read whole. */
    private final Set<Long> begun = ConcurrentHashMap.newKeySet();

    /** For the container. */
    public ChainFeed() {}

    public ChainFeed(Database database, KnownChains chains) {
        this.database = database;
        this.chains = chains;
    }

    @Override
    public void follow(long chain) {
        PublicKey ours = chains.find(chain)
                .flatMap(known -> Optional.ofNullable(known.key()))
                .map(key -> key.publicKey())
                .orElse(null);
        if (database.inTransaction(connection -> follow(connection, chain, ours))) {
            begun.add(chain);
        }
    }

    /** @return whether the facts are now as the chain has them */
    private boolean follow(Connection connection, long chain, @Nullable PublicKey ours) throws SQLException {
        Optional<Position> held = ChainStates.hold(connection, chain);
        if (held.isEmpty() || held.get().halted()) {
            return false;
        }
        Position position = held.get();
        Optional<Fed> fed = FeedStore.hold(connection, chain);
        boolean goesOn = fed.isPresent()
                && fed.get().generation() == position.generation()
                && fed.get().rewinds() == position.rewinds()
                && begun.contains(chain);
        if (!goesOn && !position.isCaughtUp()) {
            return false;
        }
        var writer = new Writer(connection, chain, ours, ChainStates.time(connection, chain));
        List<Key> changes =
                goesOn ? ChainStates.changedSince(connection, chain, fed.get().next(), MAX_CHANGES + 1) : List.of();
        boolean stakesChanged = changes.stream().anyMatch(key -> key.kind().equals("provider_parameters"));
        if (!goesOn || changes.size() > MAX_CHANGES || stakesChanged) {
            writer.all();
        } else {
            writer.some(changes);
        }
        if (fed.isEmpty() || !fed.get().equals(new Fed(position.generation(), position.rewinds(), position.next()))) {
            FeedStore.fed(connection, chain, position);
        }
        return true;
    }

    /** One round of one chain. Providers come first: nodes name them. @param clock the chain's */
    private record Writer(
            Connection connection, long chain, @Nullable PublicKey ours, Instant clock) {
        /** Writes things of one kind. */
        @FunctionalInterface
        interface Part {
            void write(Map<String, Map<String, String>> bodies) throws SQLException;
        }

        void all() throws SQLException {
            Optional<StakeTerms> terms = terms();
            pages("provider", bodies -> providers(bodies, terms));
            pages("run", this::runs);
            pages("node", this::nodes);
            pages("validator", this::validators);
            FeedStore.deleteStale(connection, chain);
            FeedStore.close(connection, chain, clock);
            FeedStore.setAllActive(connection, chain);
        }

        private void pages(String kind, Part part) throws SQLException {
            String after = null;
            while (true) {
                var page = ChainStates.page(connection, chain, kind, after, BATCH);
                part.write(page);
                if (page.size() < BATCH) {
                    return;
                }
                after = page.lastKey();
            }
        }

        void some(List<Key> changes) throws SQLException {
            List<String> providers = of(changes, "provider");
            List<String> nodes = of(changes, "node");
            List<String> runs = of(changes, "run");
            if (!providers.isEmpty()) {
                Optional<StakeTerms> terms = terms();
                batches("provider", providers, bodies -> providers(bodies, terms));
            }
            batches("run", runs, this::runs);
            batches("node", nodes, this::nodes);
            batches("validator", of(changes, "validator"), this::validators);
            var affected = new ArrayList<>(runs.stream().map(Long::valueOf).toList());
            affected.addAll(FeedStore.close(connection, chain, clock));
            if (!providers.isEmpty() || !nodes.isEmpty() || !affected.isEmpty()) {
                FeedStore.setActive(connection, chain, nodes, providers, affected);
            }
        }

        private static List<String> of(List<Key> changes, String kind) {
            return changes.stream()
                    .filter(key -> key.kind().equals(kind))
                    .map(Key::id)
                    .toList();
        }

        private void batches(String kind, List<String> keys, Part part) throws SQLException {
            for (int from = 0; from < keys.size(); from += BATCH) {
                List<String> batch = keys.subList(from, Math.min(keys.size(), from + BATCH));
                part.write(ChainStates.newest(connection, chain, kind, batch));
            }
        }

        private Optional<StakeTerms> terms() throws SQLException {
            return ChainReading.terms(ChainStates.newest(connection, chain, "provider_parameters", List.of(""))
                    .getOrDefault("", Map.of()));
        }

        private void providers(Map<String, Map<String, String>> bodies, Optional<StakeTerms> terms)
                throws SQLException {
            FeedStore.putProviders(
                    connection,
                    chain,
                    bodies.entrySet().stream()
                            .map(one -> ChainReading.provider(one.getKey(), one.getValue(), terms))
                            .toList());
        }

        private void nodes(Map<String, Map<String, String>> bodies) throws SQLException {
            var rows = new ArrayList<NodeRow>();
            var gone = new ArrayList<String>();
            bodies.forEach((address, body) ->
                    ChainReading.node(address, body).ifPresentOrElse(rows::add, () -> gone.add(address)));
            FeedStore.putNodes(connection, chain, rows, gone);
        }

        private void runs(Map<String, Map<String, String>> bodies) throws SQLException {
            FeedStore.putRuns(
                    connection,
                    chain,
                    bodies.entrySet().stream()
                            .map(one -> ChainReading.run(chain, Long.parseLong(one.getKey()), one.getValue(), clock))
                            .toList(),
                    ours);
        }

        private void validators(Map<String, Map<String, String>> bodies) throws SQLException {
            Collection<String> members = bodies.entrySet().stream()
                    .filter(one -> "true".equals(one.getValue().get("member")))
                    .map(Map.Entry::getKey)
                    .toList();
            Collection<String> others = bodies.keySet().stream()
                    .filter(address -> !members.contains(address))
                    .toList();
            FeedStore.putValidators(connection, chain, members, others);
        }
    }
}
