package io.pithead.coordinator.discovery;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.discovery.DiscoveredNode;
import io.pithead.protocol.discovery.NodeAnnouncement;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.Hardware;
import io.pithead.protocol.seal.SealedEndpoint;
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

/** The rows of the registry. */
final class RegistryStore {
    private static final String NODE =
            "select n.address, n.run, n.hardware, n.endpoint, n.registered_at, n.seen_at, f.provider, f.validated,"
                    + " f.active, p.whitelisted, f.blacklisted or p.blacklisted as blacklisted from discovery_node n"
                    + " join discovery_chain_node f on f.chain = n.chain and f.address = n.address"
                    + " join discovery_provider p on p.chain = f.chain and p.address = f.provider"
                    + " where n.seen_at > now() - make_interval(secs => ?)";

    private RegistryStore() {}

    /** What is known of a node's endpoint. */
    record Known(UUID run, @Nullable SealedEndpoint endpoint, long version) {}

    static Optional<Known> find(Connection connection, long chain, Address address) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select run, endpoint, endpoint_version from discovery_node where chain = ? and address = ?")) {
            select.setLong(1, chain);
            select.setString(2, address.text());
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(
                                new Known(Columns.uuid(row, "run"), endpoint(row), row.getLong("endpoint_version")))
                        : Optional.empty();
            }
        }
    }

    /** Others that were heard from this place, counted while no other can come from there. */
    static int othersFrom(Connection connection, byte[] origin, long chain, Address address, Duration ttl)
            throws SQLException {
        try (PreparedStatement lock =
                connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended(encode(?, 'hex'), 0))")) {
            lock.setBytes(1, origin);
            lock.execute();
        }
        try (PreparedStatement count =
                connection.prepareStatement("select count(*) from discovery_node where origin = ?"
                        + " and seen_at > now() - make_interval(secs => ?) and (chain, address) <> (?, ?)")) {
            count.setBytes(1, origin);
            count.setDouble(2, ttl.toSeconds());
            count.setLong(3, chain);
            count.setString(4, address.text());
            try (ResultSet row = count.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    /** @param endpoint null leaves what is there, unless the node has gone over to another run */
    static void put(
            Connection connection,
            Signer signer,
            NodeAnnouncement announcement,
            byte[] origin,
            @Nullable SealedEndpoint endpoint)
            throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("insert into discovery_node as n"
                + " (chain, address, run, hardware, origin, endpoint, endpoint_version)"
                + " values (?, ?, ?, ?::json, ?, ?::json, ?) on conflict (chain, address) do update set"
                + " run = excluded.run, hardware = excluded.hardware, origin = excluded.origin, seen_at = now(),"
                + " endpoint = case when excluded.endpoint is not null then excluded.endpoint"
                + " when n.run = excluded.run then n.endpoint end,"
                + " endpoint_version = greatest(n.endpoint_version, excluded.endpoint_version)")) {
            upsert.setLong(1, signer.chain());
            upsert.setString(2, signer.address().text());
            upsert.setObject(3, announcement.run());
            upsert.setString(4, Json.text(announcement.hardware()));
            upsert.setBytes(5, origin);
            upsert.setString(6, endpoint == null ? null : Json.text(endpoint));
            upsert.setLong(7, endpoint == null ? 0 : endpoint.version());
            upsert.executeUpdate();
        }
    }

    static Optional<DiscoveredNode> node(
            Connection connection, long chain, Address address, Address reader, Duration ttl) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(NODE + " and n.chain = ? and n.address = ?")) {
            select.setDouble(1, ttl.toSeconds());
            select.setLong(2, chain);
            select.setString(3, address.text());
            return nodes(select, reader).stream().findFirst();
        }
    }

    static List<DiscoveredNode> ofRun(
            Connection connection, UUID run, Address reader, Duration ttl, @Nullable Address after, int limit)
            throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement(NODE + " and n.run = ? and n.address > ? order by n.address limit ?")) {
            select.setDouble(1, ttl.toSeconds());
            select.setObject(2, run);
            select.setString(3, after == null ? "" : after.text());
            select.setInt(4, limit);
            return nodes(select, reader);
        }
    }

    static List<DiscoveredNode> ofChain(
            Connection connection,
            long chain,
            @Nullable Boolean validated,
            Address reader,
            Duration ttl,
            @Nullable Address after,
            int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(NODE + " and n.chain = ? and n.address > ?"
                + " and (?::boolean is null or f.validated = ?) order by n.address limit ?")) {
            select.setDouble(1, ttl.toSeconds());
            select.setLong(2, chain);
            select.setString(3, after == null ? "" : after.text());
            select.setObject(4, validated);
            select.setObject(5, validated);
            select.setInt(6, limit);
            return nodes(select, reader);
        }
    }

    static int sweep(Connection connection, Duration silence, int limit) throws SQLException {
        try (PreparedStatement delete =
                connection.prepareStatement("delete from discovery_node where (chain, address) in"
                        + " (select chain, address from discovery_node where seen_at < now() - make_interval(secs => ?)"
                        + " limit ? for update skip locked)")) {
            delete.setDouble(1, silence.toSeconds());
            delete.setInt(2, limit);
            return delete.executeUpdate();
        }
    }

    private static List<DiscoveredNode> nodes(PreparedStatement select, Address reader) throws SQLException {
        try (ResultSet rows = select.executeQuery()) {
            var nodes = new ArrayList<DiscoveredNode>();
            while (rows.next()) {
                nodes.add(node(rows, reader));
            }
            return nodes;
        }
    }

    private static DiscoveredNode node(ResultSet row, Address reader) throws SQLException {
        SealedEndpoint endpoint = endpoint(row);
        return new DiscoveredNode(
                row.getString("address"),
                Columns.uuid(row, "run"),
                row.getString("provider"),
                row.getBoolean("validated"),
                row.getBoolean("active"),
                row.getBoolean("whitelisted"),
                row.getBoolean("blacklisted"),
                Json.own(row.getString("hardware"), Hardware.class),
                Columns.requiredInstant(row, "registered_at"),
                Columns.requiredInstant(row, "seen_at"),
                endpoint == null ? null : endpoint.forReader(reader.text()));
    }

    private static @Nullable SealedEndpoint endpoint(ResultSet row) throws SQLException {
        String document = row.getString("endpoint");
        return document == null ? null : Json.own(document, SealedEndpoint.class);
    }
}
