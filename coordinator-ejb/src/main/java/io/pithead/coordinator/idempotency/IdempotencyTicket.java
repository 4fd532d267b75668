package io.pithead.coordinator.idempotency;

import java.sql.Connection;
import java.sql.SQLException;

/** The right to answer one idempotent request once. */
public sealed interface IdempotencyTicket permits ClaimedTicket, IdempotencyTicket.None {
    /** For a request that came without a key: nothing is stored. */
    static IdempotencyTicket none() {
        return None.NONE;
    }

    /**
     * Stores the answer in the caller's transaction. Throws a {@code CONFLICT_STATE} when the claim ran out and another
     * request has it now: the caller's transaction must then roll back.
     */
    void store(Connection connection, int status, byte[] body) throws SQLException;

    /** The ticket of a request without a key. */
    enum None implements IdempotencyTicket {
        NONE;

        @Override
        public void store(Connection connection, int status, byte[] body) {
            // nobody will ask for it again
        }
    }
}
