package io.pithead.coordinator.discovery;

import io.pithead.coordinator.chain.ChainStates.Position;
import io.pithead.coordinator.discovery.core.ChainReading.NodeRow;
import io.pithead.coordinator.discovery.core.ChainReading.ProviderRow;
import io.pithead.coordinator.discovery.core.ChainReading.RunRow;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.signing.PublicKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes the registry's facts as a chain says them. A row that says the same already is not written. */
final class FeedStore {
    private static final String PROVIDERS = """
            insert into discovery_provider as p (chain, address, whitelisted, blacklisted, standing)
            select ?, t.* from unnest(?, ?, ?, ?) as t(address, whitelisted, blacklisted, standing) order by t.address
            on conflict (chain, address) do update
               set whitelisted = excluded.whitelisted, blacklisted = excluded.blacklisted, standing = excluded.standing
             where (p.whitelisted, p.blacklisted, p.standing)
                   is distinct from (excluded.whitelisted, excluded.blacklisted, excluded.standing)""";
    private static final String NODES = """
            insert into discovery_chain_node as n (chain, address, provider, validated, active, blacklisted, placed)
            select ?, t.address, t.provider, t.validated, false, t.ejected, t.placed
              from unnest(?, ?, ?, ?, ?) as t(address, provider, validated, ejected, placed) order by t.address
            on conflict (chain, address) do update
               set provider = excluded.provider, validated = excluded.validated, blacklisted = excluded.blacklisted,
                   placed = excluded.placed
             where (n.provider, n.validated, n.blacklisted, n.placed)
                   is distinct from (excluded.provider, excluded.validated, excluded.blacklisted, excluded.placed)""";
    /** A key stays while it is its owner's; ours is known from the start. */
    private static final String RUNS = """
            insert into discovery_run as r
                   (run, chain, number, owner, owner_key, manager, manager_key, requirements, discovery_uri, max_nodes,
                    state, open, ends_at)
            select t.run, k.chain, t.number, t.owner, case when t.owner = k.address then k.key end,
                   t.manager, case when t.manager = k.address then k.key end, t.requirements,
                   t.discovery_uri, t.max_nodes, t.state, t.open, t.ends_at
              from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?::timestamptz[])
                   as t(run, number, owner, manager, requirements, discovery_uri, max_nodes, state, open, ends_at)
             cross join (select ?::bigint as chain, ?::text as address, ?::text as key) k order by t.run
            on conflict (run) do update
               set owner_key = case when r.owner = excluded.owner then r.owner_key else excluded.owner_key end,
                   manager_key = case when r.manager = excluded.manager then r.manager_key else excluded.manager_key end,
                   owner = excluded.owner, manager = excluded.manager, requirements = excluded.requirements,
                   discovery_uri = excluded.discovery_uri, max_nodes = excluded.max_nodes, state = excluded.state,
                   open = excluded.open, ends_at = excluded.ends_at, number = excluded.number
             where r.chain = excluded.chain""";

    private static final String ACTIVE = """
            update discovery_chain_node n set active = a.active
              from (select m.chain, m.address,
                           m.validated and not m.blacklisted and p.standing = 'GOOD' and coalesce(r.open, false) as active
                      from discovery_chain_node m
                      join discovery_provider p on p.chain = m.chain and p.address = m.provider
                      left join discovery_run r on r.chain = m.chain and r.number = m.placed
                     where m.chain = ? and %s) a
             where n.chain = a.chain and n.address = a.address and n.active is distinct from a.active""";
    /** What the chain does not have: said by an operator before there was a chain, or taken back by it. */
    private static final List<String> STALE = List.of(
            "delete from discovery_node n using discovery_run r where n.run = r.run and r.chain = ? and not "
                    + there("run", "r", "number::text"),
            "delete from discovery_run r where r.chain = ? and not " + there("run", "r", "number::text"),
            "delete from discovery_chain_node n where n.chain = ? and not " + there("node", "n", "address"),
            "delete from discovery_provider p where p.chain = ? and not " + there("provider", "p", "address")
                    + " and not exists (select 1 from discovery_chain_node n"
                    + " where n.chain = p.chain and n.provider = p.address)",
            "delete from discovery_validator v where v.chain = ? and not " + there("validator", "v", "address"));

    private FeedStore() {}

    private static String there(String kind, String table, String key) {
        return "coalesce((select true from chain_state s where s.chain_id = " + table + ".chain and s.kind = '" + kind
                + "' and s.key = " + table + "." + key + " limit 1), false)";
    }

    /** Up to where the facts were written. */
    record Fed(int generation, long rewinds, long next) {}

    /** One writer at a time. */
    static Optional<Fed> hold(Connection connection, long chain) throws SQLException {
        try (var select = connection.prepareStatement(
                "select generation, rewinds, next_block from discovery_feed where chain = ? for update")) {
            new Columns(connection, select).set(chain);
            try (var row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(
                                new Fed(row.getInt("generation"), row.getLong("rewinds"), row.getLong("next_block")))
                        : Optional.empty();
            }
        }
    }

    static void fed(Connection connection, long chain, Position position) throws SQLException {
        try (var upsert = connection.prepareStatement(
                "insert into discovery_feed as f"
                        + " (chain, generation, rewinds, next_block) values (?, ?, ?, ?) on conflict (chain) do update"
                        + " set generation = excluded.generation, rewinds = excluded.rewinds, next_block = excluded.next_block")) {
            new Columns(connection, upsert)
                    .set(chain)
                    .set(position.generation())
                    .set(position.rewinds())
                    .set(position.next());
            upsert.executeUpdate();
        }
    }

    static void putProviders(Connection connection, long chain, Collection<ProviderRow> rows) throws SQLException {
        try (var upsert = connection.prepareStatement(PROVIDERS)) {
            new Columns(connection, upsert)
                    .set(chain)
                    .texts(rows, ProviderRow::address)
                    .bools(rows, ProviderRow::whitelisted)
                    .bools(rows, ProviderRow::blacklisted)
                    .texts(rows, row -> row.standing().name());
            upsert.executeUpdate();
        }
    }

    static void putNodes(Connection connection, long chain, Collection<NodeRow> rows, Collection<String> gone)
            throws SQLException {
        try (var upsert = connection.prepareStatement(NODES);
                var delete = connection.prepareStatement(
                        "delete from discovery_chain_node where chain = ? and address = any(?)")) {
            new Columns(connection, upsert)
                    .set(chain)
                    .texts(rows, NodeRow::address)
                    .texts(rows, NodeRow::provider)
                    .bools(rows, NodeRow::validated)
                    .bools(rows, NodeRow::ejected)
                    .longs(rows, NodeRow::placed);
            upsert.executeUpdate();
            new Columns(connection, delete).set(chain).texts(gone, address -> address);
            delete.executeUpdate();
        }
    }

    /** @param ours the key that this coordinator sends with */
    static void putRuns(Connection connection, long chain, Collection<RunRow> rows, @Nullable PublicKey ours)
            throws SQLException {
        try (var upsert = connection.prepareStatement(RUNS)) {
            new Columns(connection, upsert)
                    .uuids(rows, RunRow::run)
                    .longs(rows, RunRow::number)
                    .texts(rows, RunRow::owner)
                    .texts(rows, RunRow::manager)
                    .texts(rows, RunRow::requirements)
                    .texts(rows, RunRow::discoveryUri)
                    .longs(rows, RunRow::maxNodes)
                    .texts(rows, RunRow::state)
                    .bools(rows, RunRow::open)
                    .texts(rows, row -> row.endsAt().atOffset(ZoneOffset.UTC).toString())
                    .set(chain)
                    .set(ours == null ? null : ours.address().text())
                    .set(ours == null ? null : ours.text());
            upsert.executeUpdate();
        }
    }

    static void putValidators(Connection connection, long chain, Collection<String> members, Collection<String> others)
            throws SQLException {
        try (var insert = connection.prepareStatement("insert into discovery_validator (chain, address)"
                        + " select ?, a from unnest(?) a order by a on conflict do nothing");
                var delete = connection.prepareStatement(
                        "delete from discovery_validator where chain = ? and address = any(?)")) {
            new Columns(connection, insert).set(chain).texts(members, address -> address);
            insert.executeUpdate();
            new Columns(connection, delete).set(chain).texts(others, address -> address);
            delete.executeUpdate();
        }
    }

    /** Runs whose time is over, by their numbers: no event says so. */
    static List<Long> close(Connection connection, long chain, Instant clock) throws SQLException {
        try (var update = connection.prepareStatement("update discovery_run set open = false"
                + " where chain = ? and open and ends_at <= ? and number is not null returning number")) {
            new Columns(connection, update).set(chain).set(clock.atOffset(ZoneOffset.UTC));
            var closed = new ArrayList<Long>();
            try (var row = update.executeQuery()) {
                while (row.next()) {
                    closed.add(row.getLong(1));
                }
            }
            return closed;
        }
    }

    /** Of the nodes that one of these may have changed: themselves, their providers, the runs that they are in. */
    static void setActive(
            Connection connection,
            long chain,
            Collection<String> nodes,
            Collection<String> providers,
            Collection<Long> runs)
            throws SQLException {
        try (var update = connection.prepareStatement(
                ACTIVE.formatted("(m.address = any(?) or m.provider = any(?) or m.placed = any(?))"))) {
            new Columns(connection, update)
                    .set(chain)
                    .texts(nodes, one -> one)
                    .texts(providers, one -> one)
                    .longs(runs, one -> one);
            update.executeUpdate();
        }
    }

    static void setAllActive(Connection connection, long chain) throws SQLException {
        try (var update = connection.prepareStatement(ACTIVE.formatted("true"))) {
            new Columns(connection, update).set(chain);
            update.executeUpdate();
        }
    }

    static void deleteStale(Connection connection, long chain) throws SQLException {
        for (String sql : STALE) {
            try (var delete = connection.prepareStatement(sql)) {
                new Columns(connection, delete).set(chain);
                delete.executeUpdate();
            }
        }
    }

    /** The chain knows addresses: a key is learned when its owner first signs. */
    static void learn(Connection connection, long chain, PublicKey key) throws SQLException {
        for (String sql : List.of(
                "update discovery_validator set public_key = ? where chain = ? and address = ? and public_key is null",
                "update discovery_run set manager_key = ? where chain = ? and manager = ? and manager_key is null",
                "update discovery_run set owner_key = ? where chain = ? and owner = ? and owner_key is null")) {
            try (var update = connection.prepareStatement(sql)) {
                new Columns(connection, update)
                        .set(key.text())
                        .set(chain)
                        .set(key.address().text());
                update.executeUpdate();
            }
        }
    }
}
