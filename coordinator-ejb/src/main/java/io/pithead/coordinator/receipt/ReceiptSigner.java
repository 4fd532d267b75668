package io.pithead.coordinator.receipt;

import static io.pithead.coordinator.platform.Columns.instant;
import static io.pithead.coordinator.platform.Columns.requiredInstant;

import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.Ed25519;
import jakarta.annotation.PostConstruct;
import jakarta.ejb.ConcurrencyManagement;
import jakarta.ejb.ConcurrencyManagementType;
import jakarta.ejb.DependsOn;
import jakarta.ejb.Singleton;
import jakarta.ejb.Startup;
import jakarta.ejb.TransactionManagement;
import jakarta.ejb.TransactionManagementType;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.UUID;

/** Holds the signing key of this instance and publishes every key there ever was. */
@Singleton
@Startup
@DependsOn("Platform")
@ConcurrencyManagement(ConcurrencyManagementType.BEAN)
@TransactionManagement(TransactionManagementType.BEAN)
public class ReceiptSigner {
    private static final int KEY_ID_LENGTH = 16;

    @Inject
    ReceiptConfig config;

    @Inject
    Database database;

    private String coordinatorId;
    private ReceiptSeal seal;

    @PostConstruct
    void load() {
        SigningKeyFile.Keys keys = SigningKeyFile.loadOrCreate(config.keyFile());
        byte[] raw = Ed25519.raw(keys.publicKey());
        String keyId = Digests.sha256Hex(raw).substring(0, KEY_ID_LENGTH);
        database.doWithConnection(connection -> {
            try (var insert = connection.prepareStatement(
                    "insert into signing_key (key_id, alg, public_key) values (?, ?, ?) on conflict do nothing")) {
                insert.setString(1, keyId);
                insert.setString(2, Ed25519.ALG);
                insert.setString(3, Ed25519.base64Url(raw));
                insert.executeUpdate();
            }
        });
        coordinatorId = database.withConnection(connection -> {
            try (var select = connection.prepareStatement("select id from coordinator");
                    var rows = select.executeQuery()) {
                rows.next();
                return rows.getObject("id", UUID.class).toString();
            }
        });
        seal = new ReceiptSeal(coordinatorId, keyId, FastEd25519.of(keys.privateKey()));
    }

    public ReceiptSeal seal() {
        return seal;
    }

    public PublicKeys publicKeys() {
        return database.withConnection(connection -> {
            var published = new ArrayList<PublicKeys.Key>();
            try (var select = connection.prepareStatement("select * from signing_key order by created_at");
                    var rows = select.executeQuery()) {
                while (rows.next()) {
                    published.add(new PublicKeys.Key(
                            rows.getString("key_id"),
                            rows.getString("alg"),
                            rows.getString("public_key"),
                            requiredInstant(rows, "created_at"),
                            instant(rows, "retired_at")));
                }
            }
            return new PublicKeys(coordinatorId, published);
        });
    }
}
