package io.pithead.coordinator.discovery;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.discovery.DiscoveryProvider;
import io.pithead.protocol.discovery.DiscoveryRun;
import io.pithead.protocol.discovery.ProviderNode;
import io.pithead.protocol.signing.Address;
import io.pithead.protocol.signing.PublicKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Writes down what the chain says, and reads it as it was written. */
final class FactStore {
    private FactStore() {}

    /** False when the run is one of another chain: it cannot move. */
    static boolean putRun(Connection connection, UUID run, DiscoveryRun facts, Address manager) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("insert into discovery_run as r"
                + " (run, chain, owner, owner_key, manager, manager_key, requirements, open)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (run) do update set owner = excluded.owner,"
                + " owner_key = excluded.owner_key, manager = excluded.manager, manager_key = excluded.manager_key,"
                + " requirements = excluded.requirements, open = excluded.open where r.chain = excluded.chain")) {
            upsert.setObject(1, run);
            upsert.setLong(2, facts.chain());
            upsert.setString(3, facts.owner());
            upsert.setString(4, facts.ownerKey());
            upsert.setString(5, manager.text());
            upsert.setString(6, facts.managerKey());
            upsert.setString(7, facts.requirements());
            upsert.setBoolean(8, facts.open());
            return upsert.executeUpdate() == 1;
        }
    }

    static Optional<DiscoveryRun> run(Connection connection, UUID run) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select chain, owner, owner_key, manager, manager_key,"
                        + " requirements, open from discovery_run where run = ?")) {
            select.setObject(1, run);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new DiscoveryRun(
                                row.getLong("chain"),
                                row.getString("owner"),
                                row.getString("owner_key"),
                                row.getString("manager_key") == null ? row.getString("manager") : null,
                                row.getString("manager_key"),
                                row.getString("requirements"),
                                row.getBoolean("open")))
                        : Optional.empty();
            }
        }
    }

    /** All of them; who is not among these is none any more. */
    static void putValidators(Connection connection, long chain, List<PublicKey> keys) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from discovery_validator where chain = ?");
                PreparedStatement insert = connection.prepareStatement("insert into discovery_validator"
                        + " (chain, address, public_key) select ?, a, k from unnest(?, ?) as t(a, k)")) {
            delete.setLong(1, chain);
            delete.executeUpdate();
            new Columns(connection, insert)
                    .set(chain)
                    .texts(keys, key -> key.address().text())
                    .texts(keys, PublicKey::text);
            insert.executeUpdate();
        }
    }

    static List<String> validators(Connection connection, long chain) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select public_key from discovery_validator"
                + " where chain = ? and public_key is not null order by address")) {
            select.setLong(1, chain);
            try (ResultSet rows = select.executeQuery()) {
                var keys = new ArrayList<String>();
                while (rows.next()) {
                    keys.add(rows.getString(1));
                }
                return keys;
            }
        }
    }

    static void putProvider(Connection connection, Address provider, DiscoveryProvider facts) throws SQLException {
        try (PreparedStatement upsert = connection.prepareStatement("insert into discovery_provider"
                + " (chain, address, whitelisted, blacklisted) values (?, ?, ?, ?) on conflict (chain, address)"
                + " do update set whitelisted = excluded.whitelisted, blacklisted = excluded.blacklisted")) {
            upsert.setLong(1, facts.chain());
            upsert.setString(2, provider.text());
            upsert.setBoolean(3, facts.whitelisted());
            upsert.setBoolean(4, facts.blacklisted());
            upsert.executeUpdate();
        }
    }

    /** All nodes of a provider. @return how many were written: less than given when one is another provider's */
    static int putNodes(Connection connection, Address provider, DiscoveryProvider facts) throws SQLException {
        List<ProviderNode> nodes = facts.nodes();
        try (PreparedStatement delete = connection.prepareStatement("delete from discovery_chain_node"
                        + " where chain = ? and provider = ? and not address = any(?)");
                PreparedStatement upsert = connection.prepareStatement("insert into discovery_chain_node as n"
                        + " (chain, address, provider, validated, active, blacklisted)"
                        + " select ?, t.address, ?, t.validated, t.active, t.blacklisted from unnest(?, ?, ?, ?)"
                        + " as t(address, validated, active, blacklisted) order by t.address"
                        + " on conflict (chain, address) do update set validated = excluded.validated,"
                        + " active = excluded.active, blacklisted = excluded.blacklisted"
                        + " where n.provider = excluded.provider")) {
            new Columns(connection, delete)
                    .set(facts.chain())
                    .set(provider.text())
                    .texts(nodes, ProviderNode::address);
            delete.executeUpdate();
            new Columns(connection, upsert)
                    .set(facts.chain())
                    .set(provider.text())
                    .texts(nodes, ProviderNode::address)
                    .bools(nodes, ProviderNode::validated)
                    .bools(nodes, ProviderNode::active)
                    .bools(nodes, ProviderNode::blacklisted);
            return upsert.executeUpdate();
        }
    }

    static Optional<DiscoveryProvider> provider(Connection connection, long chain, Address address)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select whitelisted, blacklisted from discovery_provider where chain = ? and address = ?")) {
            select.setLong(1, chain);
            select.setString(2, address.text());
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new DiscoveryProvider(
                                chain,
                                row.getBoolean("whitelisted"),
                                row.getBoolean("blacklisted"),
                                nodes(connection, chain, address)))
                        : Optional.empty();
            }
        }
    }

    private static List<ProviderNode> nodes(Connection connection, long chain, Address provider) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select address, validated, active, blacklisted"
                + " from discovery_chain_node where chain = ? and provider = ? order by address limit ?")) {
            select.setLong(1, chain);
            select.setString(2, provider.text());
            select.setInt(3, DiscoveryProvider.MAX_NODES);
            try (ResultSet rows = select.executeQuery()) {
                var nodes = new ArrayList<ProviderNode>();
                while (rows.next()) {
                    nodes.add(new ProviderNode(
                            rows.getString("address"),
                            rows.getBoolean("validated"),
                            rows.getBoolean("active"),
                            rows.getBoolean("blacklisted")));
                }
                return nodes;
            }
        }
    }
}
