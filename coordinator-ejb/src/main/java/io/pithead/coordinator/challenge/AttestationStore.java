package io.pithead.coordinator.challenge;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Address;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of attestations. */
final class AttestationStore {
    private AttestationStore() {}

    /** @param number by which all of them have an order */
    record Numbered(long number, Attestation attestation) {}

    /** The digest of the validator's newest one. */
    static @Nullable String newest(Connection connection, long chain, String validator) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select digest from attestation where chain_id = ? and validator = ? order by number desc limit 1")) {
            new Columns(connection, select).set(chain).set(validator);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? row.getString("digest") : null;
            }
        }
    }

    /** False when the validator has one of the challenge, or another follows the same one. */
    static boolean insert(Connection connection, Attestation attestation) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into attestation"
                + " (challenge_id, chain_id, validator, address, verdict, digest, previous, document)"
                + " values (?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing")) {
            new Columns(connection, insert)
                    .set(attestation.challenge())
                    .set(attestation.chain())
                    .set(attestation.validator())
                    .set(attestation.node())
                    .set(attestation.verdict().name())
                    .set(attestation.digest())
                    .set(attestation.previous())
                    .set(Json.text(attestation));
            return insert.executeUpdate() == 1;
        }
    }

    /** Newest first. */
    static List<Numbered> list(
            Connection connection,
            @Nullable Address node,
            @Nullable Address validator,
            @Nullable Long before,
            int limit)
            throws SQLException {
        String where = (node == null ? "" : " and address = ?") + (validator == null ? "" : " and validator = ?");
        try (PreparedStatement select =
                connection.prepareStatement("select number, document from attestation where number < ?" + where
                        + " order by number desc limit ?")) {
            var columns = new Columns(connection, select).set(before == null ? Long.MAX_VALUE : before);
            if (node != null) {
                columns.set(node.text());
            }
            if (validator != null) {
                columns.set(validator.text());
            }
            columns.set(limit);
            var found = new ArrayList<Numbered>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Numbered(
                            row.getLong("number"), Json.own(row.getString("document"), Attestation.class)));
                }
            }
            return found;
        }
    }

    static Optional<String> newestInvalid(Connection connection, long chain, String node) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement("select digest from attestation"
                + " where address = ? and chain_id = ? and verdict = 'INVALID' order by number desc limit 1")) {
            new Columns(connection, select).set(node).set(chain);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getString("digest")) : Optional.empty();
            }
        }
    }

    /** Of a charge, of which there are several, the first. */
    static Optional<Attestation> find(Connection connection, UUID challenge) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select document from attestation where challenge_id = ? order by number limit 1")) {
            new Columns(connection, select).set(challenge);
            return document(select);
        }
    }

    static Optional<Attestation> find(Connection connection, UUID challenge, long chain, String validator)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select document from attestation" + " where challenge_id = ? and chain_id = ? and validator = ?")) {
            new Columns(connection, select).set(challenge).set(chain).set(validator);
            return document(select);
        }
    }

    private static Optional<Attestation> document(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            return row.next() ? Optional.of(Json.own(row.getString("document"), Attestation.class)) : Optional.empty();
        }
    }
}
