package io.pithead.coordinator.challenge;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.challenge.ClaimedNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.signing.Address;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of what a validator is told of nodes, and whom an account speaks for. */
final class ClaimedNodeStore {
    /** Anybody may say that an address is its node's: of several machines that do, the one that was heard last. */
    private static final String CLAIMED = "select distinct on (n.node_address) n.node_address, n.capabilities,"
            + " coalesce(l.last_seen_at, n.updated_at) as seen_at,"
            + " coalesce(l.last_seen_at > now() - make_interval(secs => ?), false) as online"
            + " from node n left join node_liveness l on l.node_id = n.id"
            + " where n.ban is null and n.node_address ~ '^0x[0-9a-f]{40}$'";

    private static final String ORDER = " order by n.node_address, l.last_seen_at desc nulls last";

    private ClaimedNodeStore() {}

    static List<ClaimedNode> list(Connection connection, Duration offlineAfter, @Nullable Address after, int limit)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(CLAIMED + " and n.node_address > ?" + ORDER + " limit ?")) {
            new Columns(connection, select)
                    .set((double) offlineAfter.toSeconds())
                    .set(after == null ? "" : after.text())
                    .set(limit);
            var nodes = new ArrayList<ClaimedNode>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    nodes.add(node(row));
                }
            }
            return nodes;
        }
    }

    /** Whether it is online; empty when nobody has such a node. */
    static Optional<Boolean> isOnline(Connection connection, Duration offlineAfter, String address)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(CLAIMED + " and n.node_address = ?" + ORDER)) {
            new Columns(connection, select)
                    .set((double) offlineAfter.toSeconds())
                    .set(address);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getBoolean("online")) : Optional.empty();
            }
        }
    }

    /** The validator that the account speaks for: this one, where it speaks for none yet. Held until the transaction's end. */
    static String bind(Connection connection, UUID account, long chain, String validator) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                        "insert into validator_account (account_id, chain_id, address) values (?, ?, ?) on conflict do nothing");
                PreparedStatement select = connection.prepareStatement("select address from validator_account"
                        + " where account_id = ? and chain_id = ? for no key update")) {
            new Columns(connection, insert).set(account).set(chain).set(validator);
            insert.executeUpdate();
            new Columns(connection, select).set(account).set(chain);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getString("address");
            }
        }
    }

    private static ClaimedNode node(ResultSet row) throws SQLException {
        MinerCapabilities capabilities = Json.own(row.getString("capabilities"), MinerCapabilities.class);
        Hardware hardware = capabilities.hardware();
        return new ClaimedNode(
                row.getString("node_address"),
                capabilities.mode(),
                Boolean.TRUE.equals(capabilities.gpu()),
                hardware == null ? null : hardware.unnamed(),
                capabilities.limits().diskMb(),
                capabilities.challenges(),
                row.getBoolean("online"),
                Columns.requiredInstant(row, "seen_at"));
    }
}
