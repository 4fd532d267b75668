package io.pithead.coordinator.job;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.job.JobState;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the newest jobs of an account: what a page costs depends on the page, not on how many jobs there are. */
public final class JobScan {
    private JobScan() {}

    /** One short index scan per state, merged: newest first, whatever the mix of states. */
    public static List<UUID> of(
            Connection connection, UUID account, @Nullable JobState state, @Nullable UUID before, int limit)
            throws SQLException {
        List<JobState> states = state == null ? Arrays.asList(JobState.values()) : List.of(state);
        try (var select = connection.prepareStatement("select j.id from unnest(?) as s(state) cross join lateral"
                + " (select id from job where account_id = ? and state = s.state and (?::uuid is null or id < ?)"
                + " order by id desc limit ?) j order by j.id desc limit ?")) {
            new Columns(connection, select)
                    .texts(states, JobState::name)
                    .set(account)
                    .set(before)
                    .set(before)
                    .set(limit)
                    .set(limit);
            var ids = new ArrayList<UUID>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    ids.add(Columns.uuid(rows, "id"));
                }
            }
            return ids;
        }
    }
}
