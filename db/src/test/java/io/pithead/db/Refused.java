package io.pithead.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.util.Objects;
import org.postgresql.util.PSQLException;

/** That a statement is refused, and by what. */
final class Refused {
    private static final String PARTITION = "_\\d{4}w\\d{2}";

    private Refused() {}

    /** @param rule a constraint or unique index */
    static void by(Connection connection, String rule, String statement) throws SQLException {
        PSQLException refusal = refusal(connection, statement);
        assertThat(refusal.getSQLState()).as(statement).startsWith("23");
        String constraint =
                Objects.requireNonNull(refusal.getServerErrorMessage()).getConstraint();
        assertThat(String.valueOf(constraint).replaceFirst(PARTITION, ""))
                .as(statement)
                .isEqualTo(rule);
    }

    static void saying(Connection connection, String message, String statement) throws SQLException {
        assertThat((Throwable) refusal(connection, statement)).as(statement).hasMessageContaining(message);
    }

    private static PSQLException refusal(Connection connection, String statement) throws SQLException {
        Savepoint before = connection.setSavepoint();
        PSQLException refusal = catchThrowableOfType(PSQLException.class, () -> TestServer.run(connection, statement));
        assertThat((Throwable) refusal).as("accepted: " + statement).isNotNull();
        connection.rollback(before);
        return refusal;
    }
}
