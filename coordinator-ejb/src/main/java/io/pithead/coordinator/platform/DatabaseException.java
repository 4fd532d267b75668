package io.pithead.coordinator.platform;

import java.sql.SQLException;

/** The database refused or could not be reached. The edge answers 503 when it is the latter. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    /** Connection exceptions, resources exhausted, operator intervention (shutdown): another try may go through. */
    private static final java.util.Set<String> PASSING_CLASSES = java.util.Set.of("08", "53", "57");

    private final boolean passing;

    public DatabaseException(SQLException cause) {
        super(cause);
        String state = cause.getSQLState();
        // the pool's own exceptions (no connection to be had) carry no state
        this.passing = state == null || PASSING_CLASSES.contains(state.substring(0, 2));
    }

    public boolean isPassing() {
        return passing;
    }
}
