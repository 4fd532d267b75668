package io.pithead.coordinator.run;

import io.pithead.coordinator.chain.KnownChains.Known;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.run.Invite;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of invites. */
final class InviteStore {
    /**
     * Nodes that the chain would take into an open run with room, whose miners are known by name, and that are in no other open
     * run. One that is in the run already is asked who its miner is: its place is taken.
     */
    private static final String CANDIDATES = """
            with open as materialized (
                select r.id, r.chain_id, r.number, d.run,
                       d.max_nodes
                       - (select count(*) from discovery_chain_node m where m.chain = r.chain_id and m.placed = r.number)
                       - (select count(*) from invite i where i.run_id = r.id and i.state <> 'OVER') as room
                  from run r
                  join discovery_run d on d.chain = r.chain_id and d.number = r.number and d.manager = r.manager and d.open
                 where r.chain_id = ? and r.state = 'OPEN')
            select run_id, address, number
              from (select n.run_id, n.address, o.number, o.room, coalesce(f.placed = o.number, false) as member,
                           row_number() over (partition by n.run_id order by n.since, n.address) as place
                      from open o
                      join run_node n on n.run_id = o.id and n.state in ('DISCOVERED', 'DEAD')
                      join discovery_chain_node f on f.chain = o.chain_id and f.address = n.address
                                                 and f.validated and not f.blacklisted
                      join discovery_provider p on p.chain = f.chain and p.address = f.provider and p.standing = 'GOOD'
                      join discovery_node a on a.chain = o.chain_id and a.address = n.address and a.run = o.run
                                           and a.seen_at > now() - make_interval(secs => ?)
                      left join discovery_run e on e.chain = f.chain and e.number = f.placed
                     where (f.placed is null or f.placed = o.number or not coalesce(e.open, false))
                       and (f.placed is distinct from o.number or n.node_id is null or n.state = 'DEAD')
                       and exists (select 1 from node m where m.node_address = n.address and m.ban is null)
                       and not exists (select 1 from invite i where i.run_id = n.run_id and i.address = n.address
                                          and i.state <> 'OVER')) c
             where member or place <= room
             order by run_id, address limit ?""";

    private static final String INSERT = """
            insert into invite (id, run_id, address, number, nonce, expires_at, signature)
            select t.id, t.run_id, t.address, t.number, t.nonce, t.expires_at::timestamptz, t.signature
              from unnest(?, ?, ?, ?, ?, ?, ?) as t(id, run_id, address, number, nonce, expires_at, signature)
            on conflict do nothing""";
    private static final String LIVE = """
            select k.id as node_id, i.*, r.chain_id, r.manager, r.state as run_state, n.state as node_state
              from unnest(?) k(id)
              join node m on m.id = k.id and m.ban is null
              join invite i on i.address = m.node_address and i.state = 'OPEN' and i.expires_at > now()
              join run_node n on n.run_id = i.run_id and n.address = i.address and n.state in ('DISCOVERED', 'DEAD')
              join run r on r.id = i.run_id and r.state = 'OPEN'""";
    /** Only for an account that has a miner of this address: for all others there is no such invite. */
    private static final String FIND = """
            select m.id as node_id, m.ban, i.*, r.chain_id, r.manager, r.state as run_state, n.state as node_state,
                   i.expires_at <= now() as late,
                   exists (select 1 from discovery_chain_node f where f.chain = r.chain_id and f.address = i.address
                              and f.placed = i.number) as member
              from invite i
              join run r on r.id = i.run_id
              join run_node n on n.run_id = i.run_id and n.address = i.address
              join node m on m.node_address = i.address and m.account_id = ?
              left join node_liveness l on l.node_id = m.id
             where i.id = ?
             order by l.last_seen_at desc nulls last limit 1 for no key update of i, n""";
    /** Nobody took it in time, or its run or node is not to have it any more. */
    private static final String LAPSE = """
            update invite i set state = 'OVER'
              from run r, run_node n
             where r.id = i.run_id and n.run_id = i.run_id and n.address = i.address and r.chain_id = ?
               and i.state = 'OPEN'
               and (i.expires_at <= now() or r.state <> 'OPEN' or n.state not in ('DISCOVERED', 'DEAD'))""";
    /** It is in the run, or will not get there by this invite. */
    private static final String CONCLUDE = """
            update invite i set state = 'OVER'
              from run r
             where r.id = i.run_id and r.chain_id = ? and i.state = 'TAKEN'
               and (r.state <> 'OPEN' or i.expires_at < now() - interval '10 minutes'
                    or exists (select 1 from discovery_chain_node f where f.chain = r.chain_id
                                  and f.address = i.address and f.placed = i.number)
                    or exists (select 1 from chain_transaction t where t.chain_id = r.chain_id
                                  and t.purpose = 'join/' || i.id and t.state in ('REVERTED', 'REFUSED', 'LOST')))""";

    private InviteStore() {}

    /** A node that may be invited. */
    record Candidate(UUID run, String address, long number) {}

    /** An invite, and who asks for it. @param node the miner's */
    record Offered(
            UUID node,
            @Nullable String ban,
            Invite invite,
            String state,
            String runState,
            String nodeState,
            @Nullable String acceptance,
            boolean late,
            boolean member) {}

    static List<Candidate> candidates(Connection connection, long chain, Duration ttl, int limit) throws SQLException {
        try (var select = connection.prepareStatement(CANDIDATES)) {
            new Columns(connection, select)
                    .set(chain)
                    .set((double) ttl.toSeconds())
                    .set(limit);
            var candidates = new ArrayList<Candidate>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    candidates.add(new Candidate(
                            Columns.uuid(row, "run_id"), row.getString("address"), row.getLong("number")));
                }
            }
            return candidates;
        }
    }

    /** As many numbers as asked for, by run: the first of each. What is not used stays unused. */
    static Map<UUID, Long> nonces(Connection connection, Map<UUID, Long> counts) throws SQLException {
        try (var update = connection.prepareStatement("update run r set next_invite = r.next_invite + t.n"
                + " from unnest(?, ?) as t(id, n) where r.id = t.id returning r.id, r.next_invite - t.n as first")) {
            List<UUID> runs = Columns.sorted(counts.keySet());
            new Columns(connection, update).uuids(runs, run -> run).longs(runs, counts::get);
            var first = new HashMap<UUID, Long>();
            try (var row = update.executeQuery()) {
                while (row.next()) {
                    first.put(Columns.uuid(row, "id"), row.getLong("first"));
                }
            }
            return first;
        }
    }

    static int insert(Connection connection, List<Invite> invites) throws SQLException {
        try (var insert = connection.prepareStatement(INSERT)) {
            new Columns(connection, insert)
                    .uuids(invites, Invite::id)
                    .uuids(invites, Invite::run)
                    .texts(invites, Invite::node)
                    .longs(invites, Invite::number)
                    .longs(invites, Invite::nonce)
                    .texts(
                            invites,
                            invite -> invite.expiry().atOffset(ZoneOffset.UTC).toString())
                    .texts(invites, Invite::signature);
            return insert.executeUpdate();
        }
    }

    /** By the miners' nodes. */
    static Map<UUID, List<Invite>> live(Connection connection, Collection<UUID> nodes, Map<Long, Known> chains)
            throws SQLException {
        try (var select = connection.prepareStatement(LIVE)) {
            new Columns(connection, select).uuids(nodes, node -> node);
            var live = new HashMap<UUID, List<Invite>>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    Known chain = chains.get(row.getLong("chain_id"));
                    if (chain != null) {
                        live.computeIfAbsent(Columns.uuid(row, "node_id"), id -> new ArrayList<>())
                                .add(invite(row, chain));
                    }
                }
            }
            return live;
        }
    }

    static Optional<Offered> find(Connection connection, UUID account, UUID invite, Map<Long, Known> chains)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(FIND)) {
            new Columns(connection, select).set(account).set(invite);
            try (var row = select.executeQuery()) {
                Known chain = row.next() ? chains.get(row.getLong("chain_id")) : null;
                return chain == null
                        ? Optional.empty()
                        : Optional.of(new Offered(
                                Columns.uuid(row, "node_id"),
                                row.getString("ban"),
                                invite(row, chain),
                                row.getString("state"),
                                row.getString("run_state"),
                                row.getString("node_state"),
                                row.getString("acceptance"),
                                row.getBoolean("late"),
                                row.getBoolean("member")));
            }
        }
    }

    private static Invite invite(ResultSet row, Known chain) throws SQLException {
        return new Invite(
                Columns.uuid(row, "id"),
                Columns.uuid(row, "run_id"),
                chain.chainId(),
                row.getLong("number"),
                chain.address(RunCalls.RUNS),
                chain.address(RunCalls.MEMBERSHIPS),
                row.getString("address"),
                row.getLong("nonce"),
                Columns.requiredInstant(row, "expires_at"),
                row.getString("manager"),
                row.getString("signature"));
    }

    /** The node has said yes: from here on this miner is its. */
    static void take(Connection connection, Offered offered, String acceptance) throws SQLException {
        try (var update = connection.prepareStatement("update invite set state = ?, acceptance = ? where id = ?");
                var bind = connection.prepareStatement(
                        "update run_node set node_id = ? where run_id = ? and address = ?")) {
            new Columns(connection, update)
                    .set(offered.member() ? "OVER" : "TAKEN")
                    .set(acceptance)
                    .set(offered.invite().id());
            update.executeUpdate();
            new Columns(connection, bind)
                    .set(offered.node())
                    .set(offered.invite().run())
                    .set(offered.invite().node());
            bind.executeUpdate();
        }
    }

    static void sweep(Connection connection, long chain) throws SQLException {
        for (String sql : List.of(LAPSE, CONCLUDE)) {
            try (var update = connection.prepareStatement(sql)) {
                new Columns(connection, update).set(chain);
                update.executeUpdate();
            }
        }
    }
}
