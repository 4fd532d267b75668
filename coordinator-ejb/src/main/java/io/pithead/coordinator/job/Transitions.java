package io.pithead.coordinator.job;

import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.platform.Columns;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Writes the history and tells everybody who must know. Every change of a job's state goes through here. */
@ApplicationScoped
public class Transitions {
    @Inject
    @Any
    Instance<TransitionSink> sinks;

    /** In the transaction that changes the states. */
    public void append(Connection connection, List<Transition> transitions) throws SQLException {
        if (transitions.isEmpty()) {
            return;
        }
        try (var insert = connection.prepareStatement(
                "insert into job_event (job_id, seq, state, at, actor, attempt, lease, node, reason)"
                        + " select * from unnest(?, ?, ?, ?::text[]::timestamptz[], ?, ?::smallint[], ?, ?, ?)")) {
            new Columns(connection, insert)
                    .uuids(transitions, Transition::jobId)
                    .ints(transitions, Transition::seq)
                    .texts(transitions, transition -> transition.state().name())
                    .texts(transitions, transition -> transition.at().toString())
                    .texts(transitions, Transition::actor)
                    .ints(transitions, Transition::attempt)
                    .longs(transitions, Transition::lease)
                    .uuids(transitions, Transition::node)
                    .texts(transitions, Transition::reason);
            insert.executeUpdate();
        }
        for (TransitionSink sink : sinks) {
            sink.append(connection, transitions);
        }
    }

    /** After the commit. */
    public void committed(List<Transition> transitions) {
        if (!transitions.isEmpty()) {
            sinks.forEach(sink -> sink.committed(transitions));
        }
    }
}
