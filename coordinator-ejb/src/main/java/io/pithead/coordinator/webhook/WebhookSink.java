package io.pithead.coordinator.webhook;

import io.pithead.coordinator.job.TransitionSink;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.task.GroupSink;
import io.pithead.coordinator.task.core.GroupChange;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Writes down whom to tell, in the transaction of what there is to tell. Free when nobody wants to know. */
@ApplicationScoped
public class WebhookSink implements TransitionSink, GroupSink {
    @Inject
    Subscriptions subscriptions;

    @Inject
    Outbox outbox;

    /** For the container. */
    public WebhookSink() {}

    WebhookSink(Subscriptions subscriptions, Outbox outbox) {
        this.subscriptions = subscriptions;
        this.outbox = outbox;
    }

    @Override
    public void append(Connection connection, List<Transition> transitions) throws SQLException {
        List<Transition> wanted = wanted(transitions);
        if (!wanted.isEmpty()) {
            new NewDeliveries(connection, outbox).append(wanted, subscriptions::of);
        }
    }

    @Override
    public void changed(Connection connection, List<GroupChange> changes) throws SQLException {
        List<GroupChange> wanted = changes.stream()
                .filter(change -> !subscriptions.of(change.account()).isEmpty())
                .toList();
        new NewDeliveries(connection, outbox).appendGroups(wanted, subscriptions::of);
    }

    @Override
    public void committed(List<Transition> transitions) {
        if (!wanted(transitions).isEmpty()) {
            outbox.wake();
        }
    }

    private List<Transition> wanted(List<Transition> transitions) {
        return transitions.stream()
                .filter(transition -> transition.callback()
                        || !subscriptions.of(transition.accountId()).isEmpty())
                .toList();
    }
}
