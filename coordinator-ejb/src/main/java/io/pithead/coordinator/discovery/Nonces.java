package io.pithead.coordinator.discovery;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.error.ErrorCode;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.ZoneOffset;

/** The requests that were taken. Every instance sees the same ones. */
final class Nonces {
    private Nonces() {}

    /** In the transaction that does what the request asks; two instances with the same request wait for each other here. */
    static void take(Connection connection, Signer signer) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                "insert into wallet_nonce (signer, nonce, forget_at) values (?, ?, ?) on conflict do nothing")) {
            insert.setString(1, signer.address().text());
            insert.setBytes(2, signer.nonce());
            insert.setObject(3, signer.forgetAt().atOffset(ZoneOffset.UTC));
            if (insert.executeUpdate() == 0) {
                throw new CoordinatorException(
                        ErrorCode.NONCE_USED, "This request was taken before: sign another one, with a new nonce.");
            }
        }
    }

    static int sweep(Connection connection, int limit) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from wallet_nonce where (signer, nonce) in"
                + " (select signer, nonce from wallet_nonce where forget_at < now() limit ? for update skip locked)")) {
            delete.setInt(1, limit);
            return delete.executeUpdate();
        }
    }
}
