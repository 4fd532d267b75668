package io.pithead.coordinator.discovery;

import io.pithead.coordinator.discovery.core.NodeFacts;
import io.pithead.coordinator.discovery.core.RunFacts;
import io.pithead.coordinator.task.core.Requirements;
import io.pithead.protocol.discovery.Reader;
import io.pithead.protocol.signing.Address;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** What the chain says, as it is written down here. Nothing but this class asks. */
final class ChainFacts {
    private ChainFacts() {}

    /** Holds the node's row: what is announced for one node is told one after the other. */
    static Optional<NodeFacts> lockNode(Connection connection, long chain, Address address) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select n.blacklisted or p.blacklisted as blacklisted"
                        + " from discovery_chain_node n"
                        + " join discovery_provider p on p.chain = n.chain and p.address = n.provider"
                        + " where n.chain = ? and n.address = ? for no key update of n")) {
            select.setLong(1, chain);
            select.setString(2, address.text());
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(new NodeFacts(row.getBoolean("blacklisted"))) : Optional.empty();
            }
        }
    }

    static Optional<RunFacts> run(Connection connection, UUID run) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select chain, owner, manager, requirements, open from discovery_run where run = ?")) {
            select.setObject(1, run);
            try (ResultSet row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new RunFacts(
                                run,
                                row.getLong("chain"),
                                new Address(row.getString("owner")),
                                new Address(row.getString("manager")),
                                Requirements.parse(row.getString("requirements")),
                                row.getBoolean("open")))
                        : Optional.empty();
            }
        }
    }

    static boolean isValidator(Connection connection, long chain, Address address) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select exists (select 1 from discovery_validator where chain = ? and address = ?)")) {
            select.setLong(1, chain);
            select.setString(2, address.text());
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getBoolean(1);
            }
        }
    }

    /** Everybody who may read an endpoint of the run and whose key is known: its manager, its owner, the chain's validators. */
    static List<Reader> readers(Connection connection, UUID run) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select manager as address, manager_key as key"
                + " from discovery_run where run = ? and manager_key is not null"
                + " union select owner, owner_key from discovery_run where run = ? and owner_key is not null"
                + " union select v.address, v.public_key from discovery_validator v"
                + " join discovery_run r on r.chain = v.chain where r.run = ?"
                + " and v.public_key is not null order by 1")) {
            select.setObject(1, run);
            select.setObject(2, run);
            select.setObject(3, run);
            try (ResultSet rows = select.executeQuery()) {
                var readers = new ArrayList<Reader>();
                while (rows.next()) {
                    readers.add(new Reader(rows.getString("address"), rows.getString("key")));
                }
                return readers;
            }
        }
    }
}
