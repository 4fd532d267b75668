package io.pithead.coordinator.job;

import io.pithead.coordinator.job.core.Transition;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Somebody who must know of transitions. Every implementation is told of every transition, wherever it was made. */
public interface TransitionSink {
    /** Inside the transaction that makes the transitions: what is written here commits with them. */
    void append(Connection connection, List<Transition> transitions) throws SQLException;

    /** After the commit, on the writer's thread: a hint, must be quick, may be lost when the process dies. */
    void committed(List<Transition> transitions);
}
