package io.pithead.coordinator.chain;

import io.pithead.coordinator.chain.ChainNode.Head;
import io.pithead.coordinator.chain.ChainNode.Logs;
import io.pithead.coordinator.chain.IndexStore.Cursor;
import io.pithead.coordinator.chain.IndexStore.LoggedChange;
import io.pithead.coordinator.chain.core.LogRange;
import io.pithead.coordinator.chain.core.LogRange.Stretch;
import io.pithead.coordinator.chain.core.Projection;
import io.pithead.coordinator.chain.core.Projection.Change;
import io.pithead.coordinator.chain.core.Projection.Event;
import io.pithead.coordinator.chain.core.Projection.Key;
import io.pithead.coordinator.chain.core.ReorgPolicy;
import io.pithead.coordinator.platform.Database;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** Reads one chain, a stretch a round, and undoes what the chain undid. Only its thread uses it. */
final class Indexer {
    private static final Logger LOG = System.getLogger(Indexer.class.getName());

    private final Database database;
    private final ChainSettings chain;
    private final Endpoints endpoints;
    private final ChainNode node;
    private final Map<String, Contract> contracts;
    private final ChainLease lease;
    private final IndexStore store;
    private LogRange range;
    private long token;

    /** What listens at an address. */
    record Contract(String name, Abi abi) {}

    /** @param abis by the names of contracts; the events of others are read and add up to nothing */
    Indexer(Database database, ChainSettings chain, Endpoints endpoints, Map<String, Abi> abis, UUID holder) {
        this.database = database;
        this.chain = chain;
        this.endpoints = endpoints;
        this.node = new ChainNode(endpoints);
        this.contracts = chain.contracts().entrySet().stream()
                .collect(Collectors.toMap(
                        one -> one.getValue().address(),
                        one -> new Contract(one.getKey(), abis.getOrDefault(one.getKey(), Abi.NONE))));
        this.lease = ChainLease.toIndex(chain.chainId(), holder);
        this.store = new IndexStore(chain.chainId());
        this.range = LogRange.of(chain.maxLogRange());
    }

    /** @return whether there is more to do at once */
    boolean round() throws RpcException {
        OptionalLong taken = database.inTransaction(lease::take);
        if (taken.isEmpty()) {
            return false;
        }
        token = taken.getAsLong();
        database.doWithConnection(connection -> store.open(connection, chain.deployBlock()));
        Cursor cursor = database.withConnection(store::cursor);
        if (cursor.halted() != null) {
            return false;
        }
        Head head = node.head(chain.finality().tag());
        NavigableMap<Long, String> read = database.withConnection(store::blocks);
        return switch (decide(read, head, cursor)) {
            case ReorgPolicy.Decision.Follow follow -> read(cursor, head, read);
            case ReorgPolicy.Decision.Behind behind -> false;
            case ReorgPolicy.Decision.Rewind rewind -> rewind(cursor, rewind.ancestor());
            case ReorgPolicy.Decision.TooDeep deep -> halt(deep.reason());
            case ReorgPolicy.Decision.Unknown unknown -> {
                endpoints.distrust("the node does not have all blocks up to the one it calls the latest");
                yield false;
            }
        };
    }

    void stop() {
        database.doInTransaction(lease::giveUp);
    }

    private void write(Database.Action action) {
        database.doInTransaction(connection -> {
            lease.require(connection, token);
            action.on(connection);
        });
    }

    /** The newest block is asked for first: mostly it is still there, and that is all. */
    private ReorgPolicy.Decision decide(NavigableMap<Long, String> read, Head head, Cursor cursor) throws RpcException {
        long latest = head.latest().number();
        NavigableMap<Long, String> within = read.headMap(latest, true);
        if (within.isEmpty()) {
            return ReorgPolicy.decide(read, Map.of(), latest, cursor.finalised());
        }
        Map<Long, String> told = hashes(List.of(within.lastKey()));
        if (!within.lastEntry().getValue().equals(told.get(within.lastKey()))) {
            told = hashes(new ArrayList<>(within.keySet()));
        }
        return ReorgPolicy.decide(read, told, latest, cursor.finalised());
    }

    private Map<Long, String> hashes(List<Long> numbers) throws RpcException {
        var hashes = new HashMap<Long, String>();
        node.blocks(numbers).forEach((number, block) -> hashes.put(number, block.hash()));
        return hashes;
    }

    private boolean rewind(Cursor cursor, long ancestor) {
        write(connection -> store.rewind(connection, cursor, ancestor));
        LOG.log(
                Level.INFO,
                () -> "chain.reorganised chain=" + chain.name() + " ancestor=" + ancestor + " undone="
                        + (cursor.next() - 1 - ancestor));
        return true;
    }

    private boolean halt(String reason) {
        write(connection -> store.halt(connection, reason));
        LOG.log(Level.ERROR, () -> "chain.halted chain=" + chain.name() + " reason=" + reason);
        return false;
    }

    private boolean read(Cursor cursor, Head head, NavigableMap<Long, String> known) throws RpcException {
        long latest = head.latest().number();
        long finalised = chain.finality().of(latest, head.tagged(), cursor.finalised());
        Optional<Stretch> next = range.next(cursor.next(), latest);
        if (next.isEmpty()) {
            write(connection ->
                    store.advance(connection, cursor, cursor.next(), latest, readFinal(finalised, cursor.next())));
            return false;
        }
        Stretch stretch = next.get();
        return switch (node.logs(stretch, contracts.keySet(), latest - chain.window())) {
            case Logs.Refused refused -> shrink(stretch, refused.message());
            case Logs.Read answer -> {
                requireChain(known, answer.headers());
                write(connection -> apply(connection, cursor, stretch, answer, latest, finalised));
                range = range.answered();
                yield stretch.to() < latest;
            }
        };
    }

    /** What was not read yet is not final here. */
    private static long readFinal(long finalised, long next) {
        return Math.min(finalised, next - 1);
    }

    private boolean shrink(Stretch stretch, String reason) throws RpcException {
        Optional<LogRange> smaller = range.refused(stretch);
        if (smaller.isEmpty()) {
            endpoints.distrust("the node refuses the logs of a single block: " + reason);
            throw new RpcException("the node refuses the logs of a single block");
        }
        range = smaller.get();
        LOG.log(
                Level.DEBUG,
                () -> "chain.range chain=" + chain.name() + " blocks=" + range.blocks() + " reason=" + reason);
        return true;
    }

    /** Each block names the one before it: else the chain changed between two answers. */
    private static void requireChain(NavigableMap<Long, String> known, Map<Long, Block> headers) throws RpcException {
        var hashes = new TreeMap<>(known);
        headers.values().forEach(block -> hashes.put(block.number(), block.hash()));
        for (Block block : headers.values()) {
            String parent = hashes.get(block.number() - 1);
            if (parent != null && !parent.equals(block.parent())) {
                throw new RpcException("the chain changed while it was read");
            }
        }
    }

    private void apply(
            Connection connection, Cursor cursor, Stretch stretch, Logs.Read answer, long latest, long finalised)
            throws SQLException {
        store.advance(connection, cursor, stretch.to() + 1, latest, readFinal(finalised, stretch.to() + 1));
        store.append(connection, answer.logs());
        store.change(connection, changes(connection, answer.logs()));
        store.remember(connection, answer.headers().values(), latest - chain.window());
    }

    private List<LoggedChange> changes(Connection connection, List<ChainLog> logs) throws SQLException {
        var now = new HashMap<Key, Map<String, String>>();
        var changes = new ArrayList<LoggedChange>();
        for (ChainLog log : logs) {
            Optional<Event> event = event(log);
            if (event.isEmpty()) {
                continue;
            }
            for (Key key : Projection.keysOf(event.get())) {
                Map<String, String> before = now.get(key);
                if (before == null) {
                    before = store.current(connection, key);
                }
                Change change = Projection.apply(event.get(), key, before);
                now.put(key, change.body());
                changes.add(new LoggedChange(log, change));
            }
        }
        return changes;
    }

    private Optional<Event> event(ChainLog log) {
        Contract contract = contracts.get(log.address());
        if (contract == null) {
            return Optional.empty();
        }
        return contract.abi()
                .eventName(log)
                .filter(name -> Projection.knows(contract.name(), name))
                .flatMap(name -> contract.abi().event(log))
                .map(said -> new Event(contract.name(), said.name(), said.arguments()));
    }
}
