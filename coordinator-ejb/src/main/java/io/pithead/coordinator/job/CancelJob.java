package io.pithead.coordinator.job;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobState;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Cancels one job of one account. */
final class CancelJob {
    static final String BY_BUYER = "canceled by the buyer";

    private final Ledger ledger;
    private final Transitions transitions;

    CancelJob(Ledger ledger, Transitions transitions) {
        this.ledger = ledger;
        this.transitions = transitions;
    }

    /** Empty when the job was canceled before: canceling twice is canceling. */
    List<Transition> apply(Connection connection, UUID account, String actor, UUID job, String reason)
            throws SQLException {
        try (var select = connection.prepareStatement(
                "select state, kind, price, attempt, last_seq, callback, now() as now from job where id = ? and account_id = ? for update")) {
            select.setObject(1, job);
            select.setObject(2, account);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    throw JobFacade.notFound();
                }
                JobState state = JobState.valueOf(row.getString("state"));
                if (state == JobState.CANCELED) {
                    return List.of();
                }
                if ("REPLICA".equals(row.getString("kind"))) {
                    throw new CoordinatorException(
                            ErrorCode.CONFLICT_STATE,
                            "It repeats another job: cancel that one.",
                            Map.of("state", state));
                }
                if (!state.mayBecome(JobState.CANCELED)) {
                    throw new CoordinatorException(
                            ErrorCode.CONFLICT_STATE, "The job has already ended.", Map.of("state", state));
                }
                Instant now = Columns.requiredInstant(row, "now");
                BigInteger price = Columns.amount(row, "price");
                var transition = new Transition(
                        job,
                        account,
                        row.getInt("last_seq") + 1,
                        JobState.CANCELED,
                        now,
                        actor,
                        row.getInt("attempt"),
                        null,
                        null,
                        reason,
                        row.getBoolean("callback"));
                end(connection, transition);
                transitions.append(connection, List.of(transition));
                ledger.post(connection, List.of(Posting.release(account, price, job)), now);
                return List.of(transition);
            }
        }
    }

    private static void end(Connection connection, Transition transition) throws SQLException {
        try (var update = connection.prepareStatement("update job set state = 'CANCELED', finished_at = now(),"
                + " lease_expires_at = null, waiting = false, last_seq = ?, error_code = 'CANCELED', error_message = ?"
                + " where id = ?")) {
            update.setInt(1, transition.seq());
            update.setObject(2, transition.reason(), Types.VARCHAR);
            update.setObject(3, transition.jobId());
            update.executeUpdate();
        }
    }
}
