package io.pithead.coordinator.job;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.Explanation.RunStanding;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The runs that work names. One that ends just after it was let in here is found by those who end the work of ended runs.
 */
@ApplicationScoped
public class RunGate {
    public static final String OPEN = "OPEN";
    private static final String ENDED = "ENDED";

    @Inject
    Database database;

    /** Refuses work for runs that are not the account's own, or take none any more. */
    public void require(UUID account, Collection<UUID> runs) {
        if (runs.isEmpty()) {
            return;
        }
        List<UUID> named = Columns.sorted(runs);
        Map<UUID, String> own = database.withConnection(connection -> states(connection, account, named));
        for (UUID run : named) {
            String state = own.get(run);
            if (state == null) {
                throw new CoordinatorException(
                        ErrorCode.INVALID_PAYLOAD,
                        "There is no such run of this account.",
                        Map.of("/run", "must be a run of this account: " + run));
            }
            if (state.equals(ENDED)) {
                throw new CoordinatorException(
                        ErrorCode.CONFLICT_STATE,
                        "The run has ended and takes no work any more.",
                        Map.of("run", run, "state", state));
            }
        }
    }

    private static Map<UUID, String> states(Connection connection, UUID account, List<UUID> runs) throws SQLException {
        try (var select =
                connection.prepareStatement("select id, state from run where account_id = ? and id = any(?)")) {
            new Columns(connection, select).set(account).uuids(runs, id -> id);
            var states = new HashMap<UUID, String>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    states.put(Columns.uuid(row, "id"), row.getString("state"));
                }
            }
            return states;
        }
    }

    /** How the run of work that was let in stands now. */
    public RunStanding standing(UUID run) {
        return database.withConnection(connection -> standing(connection, run));
    }

    private static RunStanding standing(Connection connection, UUID run) throws SQLException {
        try (var select = connection.prepareStatement("select state, (select count(*) from run_node n"
                + " where n.run_id = r.id and n.state = 'HEALTHY') as healthy from run r where id = ?")) {
            new Columns(connection, select).set(run);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("work names a run that is not there: " + run);
                }
                return new RunStanding(run, row.getString("state"), row.getLong("healthy"));
            }
        }
    }
}
