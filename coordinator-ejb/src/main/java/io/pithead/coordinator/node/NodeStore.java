package io.pithead.coordinator.node;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.dispatch.core.NodeShape;
import io.pithead.coordinator.node.NodeBans.Bearer;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.MinerCapabilities;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of nodes. */
final class NodeStore {
    private static final String ROW =
            "id, account_id, miner_id, wallet, concurrency, renews, draining, ban, capabilities,"
                    + " updated_at, array(select run_id from run_node where node_id = node.id and run_node.state = 'HEALTHY'"
                    + " order by run_id) as runs";
    private static final String COLUMNS = "select " + ROW + " from node";

    /** Of one page of changes. */
    static final int MAX_CHANGES = 5_000;

    private NodeStore() {}

    /** A node and when it last changed. */
    record Changed(Node node, Instant updatedAt) {}

    /** What a registration did; {@code created} when the node is new. */
    record Saved(Node node, boolean created) {}

    /** @param silence after so much of it another miner may work under the id */
    static Saved save(
            Connection connection,
            UUID account,
            MinerCapabilities capabilities,
            boolean registered,
            int maxNodes,
            Duration silence)
            throws SQLException {
        try (var insert = connection.prepareStatement("insert into node"
                + " (id, account_id, miner_id, mode, wallet, concurrency, renews, registered, capabilities)"
                + " select ?, ?, ?, ?, ?, ?, ?, ?, ?::json"
                + " where exists (select 1 from node where account_id = ? and miner_id = ?)"
                + " or (select count(*) from (select 1 from node where account_id = ? limit ?) n) < ?"
                + " on conflict (account_id, miner_id) do update set mode = excluded.mode, wallet = excluded.wallet,"
                + " concurrency = excluded.concurrency, renews = excluded.renews, registered = excluded.registered,"
                + " capabilities = excluded.capabilities, draining = false, updated_at = clock_timestamp()"
                + " where coalesce(node.capabilities ->> 'instance' = excluded.capabilities ->> 'instance',"
                + " node.capabilities ->> 'instance' is null)"
                + " or clock_timestamp() - make_interval(secs => ?) > greatest(node.updated_at,"
                + " (select last_seen_at from node_liveness l where l.node_id = node.id))"
                + " returning " + ROW + ", xmax = 0 as created")) {
            new Columns(connection, insert)
                    .set(Ids.next(Instant.now()))
                    .set(account)
                    .set(capabilities.minerId())
                    .set(capabilities.mode().name())
                    .set(capabilities.wallet())
                    .set(capabilities.concurrency() == null ? 1 : capabilities.concurrency())
                    .set(Boolean.TRUE.equals(capabilities.renews()))
                    .set(registered)
                    .set(Json.text(capabilities))
                    .set(account)
                    .set(capabilities.minerId())
                    .set(account)
                    .set(maxNodes)
                    .set(maxNodes)
                    .set((double) silence.toSeconds());
            try (var row = insert.executeQuery()) {
                if (!row.next()) {
                    if (!find(connection, List.of(account), List.of(capabilities.minerId()))
                            .isEmpty()) {
                        throw Node.taken(capabilities.minerId(), silence);
                    }
                    throw new CoordinatorException(
                            ErrorCode.RATE_LIMITED,
                            "The account has as many nodes as it may have.",
                            Map.of("max_nodes", maxNodes));
                }
                return new Saved(node(row), row.getBoolean("created"));
            }
        }
    }

    static List<Changed> find(Connection connection, Collection<UUID> accounts, Collection<String> minerIds)
            throws SQLException {
        try (var select = connection.prepareStatement(
                COLUMNS + " join unnest(?, ?) as k(account_id, miner_id) using (account_id, miner_id)")) {
            new Columns(connection, select).uuids(accounts, id -> id).texts(minerIds, id -> id);
            return nodes(select.executeQuery());
        }
    }

    /** A page of the nodes that changed after this node's change, or after this time, oldest change first. */
    static List<Changed> changedAfter(Connection connection, Instant since, UUID node) throws SQLException {
        try (var select = connection.prepareStatement(COLUMNS
                + " where (updated_at, id) > (?::timestamptz, ?) order by updated_at, id limit " + MAX_CHANGES)) {
            select.setString(1, since.toString());
            select.setObject(2, node);
            return nodes(select.executeQuery());
        }
    }

    static boolean drain(Connection connection, UUID account, String minerId) throws SQLException {
        try (var update = connection.prepareStatement("update node set draining = true, updated_at = clock_timestamp()"
                + " where account_id = ? and miner_id = ?")) {
            update.setObject(1, account);
            update.setString(2, minerId);
            return update.executeUpdate() == 1;
        }
    }

    /** False when it drains already, or is not there. */
    static boolean drain(Connection connection, UUID node) throws SQLException {
        try (var update = connection.prepareStatement(
                "update node set draining = true, updated_at = clock_timestamp()" + " where id = ? and not draining")) {
            update.setObject(1, node);
            return update.executeUpdate() == 1;
        }
    }

    static boolean ban(Connection connection, UUID node, String reason) throws SQLException {
        try (var update =
                connection.prepareStatement("update node set ban = ?, updated_at = clock_timestamp() where id = ?")) {
            update.setString(1, reason);
            update.setObject(2, node);
            return update.executeUpdate() == 1;
        }
    }

    /** Why it is banned, if it is; nobody else changes that until the transaction ends. */
    static @Nullable String banOf(Connection connection, UUID node) throws SQLException {
        try (var select = connection.prepareStatement("select ban from node where id = ? for update")) {
            select.setObject(1, node);
            try (var row = select.executeQuery()) {
                return row.next() ? row.getString(1) : null;
            }
        }
    }

    static boolean liftBan(Connection connection, UUID node) throws SQLException {
        try (var update = connection.prepareStatement(
                "update node set ban = null, updated_at = clock_timestamp() where id = ? and ban is not null")) {
            update.setObject(1, node);
            return update.executeUpdate() == 1;
        }
    }

    /** Whoever bears one of these addresses and is not banned; why is the same text for the same address. */
    static int keepOut(Connection connection, String why, Collection<String> addresses) throws SQLException {
        try (var update = connection.prepareStatement("update node set ban = ? || node_address,"
                + " updated_at = clock_timestamp() where node_address = any(?) and ban is null")) {
            new Columns(connection, update).set(why).texts(addresses, address -> address);
            return update.executeUpdate();
        }
    }

    static List<Bearer> bearers(Connection connection, Bearer after, int limit) throws SQLException {
        try (var select = connection.prepareStatement("select id, node_address, updated_at from node"
                + " where (updated_at, id) > (?::timestamptz, ?) and node_address is not null and ban is null"
                + " order by updated_at, id limit ?")) {
            new Columns(connection, select)
                    .set(after.changed().toString())
                    .set(after.node())
                    .set(limit);
            var bearers = new ArrayList<Bearer>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    bearers.add(new Bearer(
                            Columns.uuid(row, "id"),
                            row.getString("node_address"),
                            Columns.requiredInstant(row, "updated_at")));
                }
            }
            return bearers;
        }
    }

    /** Those that were kept out for one of these addresses, whatever they bear now. */
    static int letIn(Connection connection, String why, Collection<String> addresses) throws SQLException {
        try (var update = connection.prepareStatement("update node set ban = null, updated_at = clock_timestamp()"
                + " where ban is not null and ban = any(?)")) {
            new Columns(connection, update).texts(addresses, address -> why + address);
            return update.executeUpdate();
        }
    }

    /** @param why the beginning of the reason of every suspension */
    static void suspend(Connection connection, UUID node, String why, String reason) throws SQLException {
        try (var update = connection.prepareStatement("update node set ban = ?, updated_at = clock_timestamp()"
                + " where id = ? and (ban is null or starts_with(ban, ?))")) {
            new Columns(connection, update).set(reason).set(node).set(why);
            update.executeUpdate();
        }
    }

    static void endSuspensions(Connection connection, Collection<UUID> nodes, String why) throws SQLException {
        try (var update = connection.prepareStatement("update node set ban = null, updated_at = clock_timestamp()"
                + " where id = any(?) and starts_with(ban, ?)")) {
            new Columns(connection, update).uuids(nodes, id -> id).set(why);
            update.executeUpdate();
        }
    }

    static boolean exists(Connection connection, UUID node) throws SQLException {
        try (var select = connection.prepareStatement("select 1 from node where id = ?")) {
            select.setObject(1, node);
            try (var row = select.executeQuery()) {
                return row.next();
            }
        }
    }

    /** Whose doing it is, for the history that is kept of what changes in this transaction. */
    static void actBy(Connection connection, String actor) throws SQLException {
        try (var select = connection.prepareStatement("select set_config('pithead.actor', ?, true)")) {
            new Columns(connection, select).set(actor);
            select.execute();
        }
    }

    /**
     * Notes nodes that were not heard for so long. There is no index of it, which each sign of life would have to write: who looks reads a
     * narrow table.
     *
     * @return how many
     */
    static int noteSilent(Connection connection, Duration silence, int limit) throws SQLException {
        try (var update =
                connection.prepareStatement("update node_liveness set silent = true where node_id = any (array("
                        + "select node_id from node_liveness where not silent and last_seen_at <= now() - make_interval(secs => ?)"
                        + " order by node_id limit ? for update skip locked))")) {
            new Columns(connection, update).set((double) silence.toSeconds()).set(limit);
            return update.executeUpdate();
        }
    }

    /** One statement for all signs of life; ids sorted, so that two instances cannot deadlock. */
    static void seen(Connection connection, List<UUID> nodes, List<Double> loads) throws SQLException {
        try (var upsert = connection.prepareStatement(
                "insert into node_liveness (node_id, last_seen_at, load)"
                        + " select s.id, now(), s.load from unnest(?, ?::real[]) as s(id, load)"
                        + " where exists (select 1 from node n where n.id = s.id)"
                        + " on conflict (node_id) do update set last_seen_at = greatest(node_liveness.last_seen_at, excluded.last_seen_at),"
                        + " load = coalesce(excluded.load, node_liveness.load), silent = false,"
                        + " heard = (node_liveness.heard << heard_shift(node_liveness.last_seen_at, excluded.last_seen_at)) | excluded.heard")) {
            upsert.setArray(1, connection.createArrayOf("uuid", nodes.toArray()));
            upsert.setArray(2, connection.createArrayOf("float8", loads.toArray()));
            upsert.executeUpdate();
        }
    }

    private static List<Changed> nodes(ResultSet rows) throws SQLException {
        try (rows) {
            var nodes = new ArrayList<Changed>();
            while (rows.next()) {
                nodes.add(new Changed(node(rows), Columns.requiredInstant(rows, "updated_at")));
            }
            return nodes;
        }
    }

    private static Node node(ResultSet row) throws SQLException {
        MinerCapabilities capabilities = Json.own(row.getString("capabilities"), MinerCapabilities.class);
        return new Node(
                Columns.uuid(row, "id"),
                Columns.uuid(row, "account_id"),
                row.getString("miner_id"),
                NodeShape.of(capabilities, Columns.uuidSet(row, "runs")),
                row.getInt("concurrency"),
                row.getBoolean("renews"),
                row.getBoolean("draining"),
                row.getString("ban"),
                row.getString("wallet"),
                capabilities.instance());
    }
}
