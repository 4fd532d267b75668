package io.pithead.coordinator.run;

import io.pithead.coordinator.discovery.core.Standing;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.run.core.RunNodeMachine.ChainFacts;
import io.pithead.coordinator.run.core.RunNodeMachine.Facts;
import io.pithead.coordinator.run.core.RunNodeMachine.Node;
import io.pithead.coordinator.run.core.RunNodeReason;
import io.pithead.coordinator.run.core.RunNodeState;
import io.pithead.protocol.run.RunNode;
import io.pithead.protocol.signing.Address;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of nodes of runs: always many at once. */
final class RunNodeStore {
    private static final String DISCOVER = """
            with found as (
                select r.id as run_id, n.address, f.provider
                  from run r
                  join discovery_run d on d.chain = r.chain_id and d.number = r.number
                  join discovery_node n on n.run = d.run
                  join discovery_chain_node f on f.chain = n.chain and f.address = n.address
                 where r.chain_id = ? and r.state = 'OPEN' and n.seen_at > now() - make_interval(secs => ?)
                   and not exists (select 1 from run_node o where o.run_id = r.id and o.address = n.address)
                 order by r.id, n.address limit ?),
            made as (
                insert into run_node (run_id, address, provider, state, reason)
                select run_id, address, provider, 'DISCOVERED', 'ANNOUNCED' from found
                on conflict do nothing returning run_id, address, state, reason)
            insert into run_node_event (run_id, address, seq, state, reason)
            select run_id, address, 1, state, reason from made""";
    /** A chain that was not read to its head lately says nothing of what is now. */
    private static final String FACTS = """
            select n.run_id, n.address, n.state, n.since, n.node_id is not null as bound, m.ban is not null as banned,
                   l.last_seen_at, c.halted is null and c.next_block > c.head
                       and c.seen_at > now() - make_interval(secs => ?) as fresh,
                   f.address is not null as registered, f.validated, f.blacklisted as ejected, p.standing,
                   coalesce(f.placed = r.number, false) as member,
                   coalesce(a.run = d.run and a.seen_at > now() - make_interval(secs => ?), false) as announced,
                   exists (select 1 from invite i where i.run_id = n.run_id and i.address = n.address
                              and i.state = 'TAKEN') as taken
              from run_node n
              join run r on r.id = n.run_id
              left join chain c on c.chain_id = r.chain_id
              left join discovery_run d on d.chain = r.chain_id and d.number = r.number
              left join discovery_chain_node f on f.chain = r.chain_id and f.address = n.address
              left join discovery_provider p on p.chain = f.chain and p.address = f.provider
              left join discovery_node a on a.chain = r.chain_id and a.address = n.address
              left join node m on m.id = n.node_id
              left join node_liveness l on l.node_id = n.node_id
             where r.chain_id = ? and r.state = 'OPEN' and (n.run_id, n.address) > (?, ?)
             order by n.run_id, n.address limit ? for no key update of n skip locked""";

    /** What a machine may do is another when it becomes healthy in a run, or ceases to be: whoever knows the machine is told so. */
    private static final String MOVE = """
            with moved as (
                update run_node n set state = t.state, reason = t.reason, since = t.at::timestamptz, seq = n.seq + 1
                  from unnest(?, ?, ?, ?, ?, ?) as t(run_id, address, before, state, reason, at)
                 where n.run_id = t.run_id and n.address = t.address and n.state = t.before
                returning n.run_id, n.address, n.seq, n.state, n.reason, n.since, n.node_id, t.before),
            told as (
                update node set updated_at = clock_timestamp() where id in (
                    select id from node where id in (select node_id from moved where 'HEALTHY' in (before, state))
                     order by id for no key update))
            insert into run_node_event (run_id, address, seq, state, reason, at)
            select run_id, address, seq, state, reason, since from moved""";

    /** Those that the chain has in their runs, and that are of no use there for long; each stay is asked to end once. */
    private static final String IDLE = """
            select n.run_id, n.address, n.state, n.seq, r.number, r.manager
              from run_node n
              join run r on r.id = n.run_id and r.state = 'OPEN'
              join chain c on c.chain_id = r.chain_id and c.halted is null and c.next_block > c.head
              join discovery_chain_node f on f.chain = r.chain_id and f.address = n.address and f.placed = r.number
             where r.chain_id = ? and n.state in ('DEAD', 'EJECTED', 'BANNED')
               and n.since < now() - make_interval(secs => ?)
               and not exists (select 1 from chain_transaction t where t.chain_id = r.chain_id
                                  and t.purpose = 'run/' || n.run_id || '/dismiss/' || n.address || '/' || n.seq)
             order by n.since limit ?""";

    private static final UUID FIRST = new UUID(0, 0);

    private RunNodeStore() {}

    /** One node and what is known of it. */
    record Looked(UUID run, String address, Node node, Facts facts) {}

    /** A place that is taken for nothing; {@code stay} is new with each state of the node. */
    record Idle(UUID run, long number, String manager, String address, String state, int stay) {
        String purpose() {
            return "run/" + run + "/dismiss/" + address + "/" + stay;
        }
    }

    /** A move of one. */
    record Moved(Looked looked, RunNodeState to, RunNodeReason why) {}

    static int discover(Connection connection, long chain, Duration ttl, int limit) throws SQLException {
        try (var insert = connection.prepareStatement(DISCOVER)) {
            new Columns(connection, insert)
                    .set(chain)
                    .set((double) ttl.toSeconds())
                    .set(limit);
            return insert.executeUpdate();
        }
    }

    /** Held until the caller's transaction ends; those that somebody else holds are left to them. */
    static List<Looked> look(
            Connection connection, long chain, Duration stale, Duration ttl, @Nullable Looked after, int limit)
            throws SQLException {
        try (var select = connection.prepareStatement(FACTS)) {
            new Columns(connection, select)
                    .set((double) stale.toSeconds())
                    .set((double) ttl.toSeconds())
                    .set(chain)
                    .set(after == null ? FIRST : after.run())
                    .set(after == null ? "" : after.address())
                    .set(limit);
            var looked = new ArrayList<Looked>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    looked.add(looked(row));
                }
            }
            return looked;
        }
    }

    private static Looked looked(ResultSet row) throws SQLException {
        return new Looked(
                Columns.uuid(row, "run_id"),
                row.getString("address"),
                new Node(RunNodeState.valueOf(row.getString("state")), Columns.requiredInstant(row, "since")),
                new Facts(
                        chainFacts(row),
                        row.getBoolean("announced"),
                        row.getBoolean("bound"),
                        Columns.instant(row, "last_seen_at"),
                        row.getBoolean("taken"),
                        row.getBoolean("banned")));
    }

    private static Optional<ChainFacts> chainFacts(ResultSet row) throws SQLException {
        String standing = row.getString("standing");
        boolean registered = row.getBoolean("registered");
        if (!row.getBoolean("fresh") || (registered && standing == null)) {
            return Optional.empty();
        }
        return Optional.of(new ChainFacts(
                registered,
                row.getBoolean("validated"),
                row.getBoolean("ejected"),
                standing == null ? Standing.UNKNOWN : Standing.valueOf(standing),
                row.getBoolean("member")));
    }

    static void move(Connection connection, List<Moved> moves, Instant now) throws SQLException {
        if (moves.isEmpty()) {
            return;
        }
        try (var update = connection.prepareStatement(MOVE)) {
            new Columns(connection, update)
                    .uuids(moves, move -> move.looked().run())
                    .texts(moves, move -> move.looked().address())
                    .texts(moves, move -> move.looked().node().state().name())
                    .texts(moves, move -> move.to().name())
                    .texts(moves, move -> move.why().name())
                    .texts(moves, move -> now.atOffset(ZoneOffset.UTC).toString());
            update.executeUpdate();
        }
    }

    static List<Idle> idle(Connection connection, long chain, Duration patience, int limit) throws SQLException {
        try (var select = connection.prepareStatement(IDLE)) {
            new Columns(connection, select)
                    .set(chain)
                    .set((double) patience.toSeconds())
                    .set(limit);
            var idle = new ArrayList<Idle>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    idle.add(new Idle(
                            Columns.uuid(row, "run_id"),
                            row.getLong("number"),
                            row.getString("manager"),
                            row.getString("address"),
                            row.getString("state"),
                            row.getInt("seq")));
                }
            }
            return idle;
        }
    }

    /** With the reason, and only from where an invite may be taken. */
    static void takeInvite(Connection connection, UUID run, String address) throws SQLException {
        try (var update = connection.prepareStatement("with moved as (update run_node set"
                + " state = 'WAITING_FOR_HEARTBEAT', reason = 'INVITE_TAKEN', since = now(), seq = seq + 1"
                + " where run_id = ? and address = ? and state in ('DISCOVERED', 'DEAD')"
                + " returning run_id, address, seq, state, reason, since)"
                + " insert into run_node_event (run_id, address, seq, state, reason, at) select * from moved")) {
            new Columns(connection, update).set(run).set(address);
            update.executeUpdate();
        }
    }

    static List<RunNode> page(Connection connection, UUID run, int limit, @Nullable Address after) throws SQLException {
        try (var select = connection.prepareStatement("select address, provider, state, reason, since, node_id"
                + " from run_node where run_id = ? and address > ? order by address limit ?")) {
            new Columns(connection, select)
                    .set(run)
                    .set(after == null ? "" : after.text())
                    .set(limit);
            var nodes = new ArrayList<RunNode>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    nodes.add(new RunNode(
                            row.getString("address"),
                            row.getString("provider"),
                            row.getString("state"),
                            row.getString("reason"),
                            Columns.requiredInstant(row, "since"),
                            row.getObject("node_id", UUID.class)));
                }
            }
            return nodes;
        }
    }
}
