package io.pithead.coordinator.chain;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.outbox.Destinations;
import io.pithead.coordinator.outbox.Message;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Where transactions are asked for. Contracts are nothing that it knows of: it takes bytes. */
@ApplicationScoped
public class ChainGateway {
    /** Of the message that says so. */
    static final String ASKED = "chain.asked";

    /** A new nonce: the one it had is used, by itself in vain or by another. */
    private static final String RETRY = """
            update chain_transaction
               set state = 'ASKED', nonce = null, tries = 0, due_at = now(), block = null, block_hash = null,
                   mined_hash = null, succeeded = null, gas_used = null, error_code = null, error = null,
                   changed_at = now()
             where id = ? and chain_id = ? and state in ('REVERTED', 'REFUSED', 'LOST')""";

    @Inject
    Outbox outbox;

    /** For the container. */
    public ChainGateway() {}

    public ChainGateway(Outbox outbox) {
        this.outbox = outbox;
    }

    /** What became of what was asked. */
    public enum State {
        ASKED,
        SIGNED,
        MINED,
        /** In a final block, and it did what it was to do. */
        DONE,
        REVERTED,
        REFUSED,
        LOST;

        public boolean isOver() {
            return switch (this) {
                case ASKED, SIGNED, MINED -> false;
                case DONE, REVERTED, REFUSED, LOST -> true;
            };
        }
    }

    /**
     * @param contract that it made
     * @param error why it failed, or waits
     */
    public record Asked(
            UUID id,
            State state,
            @Nullable String contract,
            @Nullable String errorCode,
            @Nullable String error) {}

    /**
     * Asks for a transaction, in the caller's database transaction; call {@link Outbox#wake()} after its commit. A purpose is
     * asked for once: the same again changes nothing, and something else under the same purpose is refused.
     *
     * @param purpose what it is for, once and for all on this chain: {@code invite/RUN/NODE}
     */
    public UUID ask(Connection connection, long chainId, String sender, String purpose, Intent intent)
            throws SQLException {
        UUID id = Ids.next(Instant.now());
        try (var insert = connection.prepareStatement("insert into chain_transaction"
                + " (id, chain_id, sender, purpose, target, value, data) values (?, ?, ?, ?, ?, ?::numeric, ?)"
                + " on conflict (chain_id, purpose) do nothing")) {
            new Columns(connection, insert)
                    .set(id)
                    .set(chainId)
                    .set(sender)
                    .set(purpose)
                    .set(intent.target())
                    .set(intent.value().toString())
                    .set(intent.data());
            if (insert.executeUpdate() == 1) {
                outbox.append(connection, Destinations.CHAIN, List.of(Message.of(ASKED, List.of(id.toString()))));
                return id;
            }
        }
        return sameAs(connection, chainId, sender, purpose, intent);
    }

    private static UUID sameAs(Connection connection, long chainId, String sender, String purpose, Intent intent)
            throws SQLException {
        try (var select = connection.prepareStatement(
                "select id, sender, target, value, data from chain_transaction where chain_id = ? and purpose = ?")) {
            new Columns(connection, select).set(chainId).set(purpose);
            try (var row = select.executeQuery()) {
                row.next();
                String target = row.getString("target");
                boolean same = row.getString("sender").equals(sender)
                        && (target == null ? intent.target() == null : target.equals(intent.target()))
                        && Columns.amount(row, "value").equals(intent.value())
                        && Arrays.equals(row.getBytes("data"), intent.data());
                if (!same) {
                    throw new CoordinatorException(
                            ErrorCode.CONFLICT_STATE,
                            "Something else was asked of the chain for the same purpose.",
                            Map.of("purpose", purpose));
                }
                return Columns.uuid(row, "id");
            }
        }
    }

    public Optional<Asked> find(Connection connection, long chainId, String purpose) throws SQLException {
        try (var select = connection.prepareStatement("select id, state, contract, error_code, error"
                + " from chain_transaction where chain_id = ? and purpose = ?")) {
            new Columns(connection, select).set(chainId).set(purpose);
            try (var row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Asked(
                                Columns.uuid(row, "id"),
                                State.valueOf(row.getString("state")),
                                row.getString("contract"),
                                row.getString("error_code"),
                                row.getString("error")))
                        : Optional.empty();
            }
        }
    }

    /** Has what failed for good done after all. False when it did not fail. */
    public static boolean retry(Connection connection, long chainId, UUID id) throws SQLException {
        try (var update = connection.prepareStatement(RETRY)) {
            new Columns(connection, update).set(id).set(chainId);
            return update.executeUpdate() == 1;
        }
    }
}
