package io.pithead.web.error;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.web.json.InvalidBodyException;
import jakarta.ws.rs.WebApplicationException;
import java.sql.SQLException;
import java.sql.SQLTransientException;
import org.jspecify.annotations.Nullable;

/** Looks through what containers wrap around an exception. */
final class Causes {
    /** A chain longer than this is a loop or an attack; what is deeper counts as unknown. */
    private static final int MAX_DEPTH = 20;

    private Causes() {}

    /** The outermost exception that says by itself how to answer, or the given one. */
    static Throwable firstKnown(Throwable thrown) {
        Throwable at = thrown;
        for (int depth = 0; at != null && depth < MAX_DEPTH; depth++, at = at.getCause()) {
            if (at instanceof CoordinatorException
                    || at instanceof InvalidPayloadException
                    || at instanceof InvalidBodyException
                    || at instanceof WebApplicationException) {
                return at;
            }
        }
        return thrown;
    }

    /** The database is away, stopping, or out of connections: asking again later may help. */
    static boolean isUnavailable(Throwable thrown) {
        Throwable at = thrown;
        for (int depth = 0; at != null && depth < MAX_DEPTH; depth++, at = at.getCause()) {
            if (at instanceof SQLException sql && (sql instanceof SQLTransientException || isAway(sql))) {
                return true;
            }
        }
        return false;
    }

    static Throwable innermost(Throwable thrown) {
        Throwable at = thrown;
        for (int depth = 0; depth < MAX_DEPTH; depth++) {
            Throwable cause = at.getCause();
            if (cause == null) {
                return at;
            }
            at = cause;
        }
        return at;
    }

    /** SQLSTATE classes 08 (connection), 53 (resources), 57P (operator); the server's pool gives no state. */
    private static boolean isAway(SQLException sql) {
        @Nullable String state = sql.getSQLState();
        if (state == null) {
            return String.valueOf(sql.getMessage()).startsWith("Error in allocating a connection");
        }
        return state.startsWith("08") || state.startsWith("53") || state.startsWith("57P");
    }
}
