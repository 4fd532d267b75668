package io.pithead.coordinator.webhook;

import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.outbox.Destinations;
import io.pithead.coordinator.outbox.Message;
import io.pithead.coordinator.outbox.Outbox;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.task.core.GroupChange;
import io.pithead.coordinator.webhook.core.Ports;
import io.pithead.coordinator.webhook.core.TargetUrl;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.webhook.WebhookEvent;
import io.pithead.protocol.webhook.WebhookRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;

/** The rows of one transaction's deliveries: at most one query and three inserts, whatever their number. */
final class NewDeliveries {
    static final String MESSAGE_TYPE = "webhook.due";
    /** Names nobody's host: the sender refuses it, and the delivery is listed as dead with the reason. */
    private static final String NO_HOST = "invalid";
    /** A URL is judged when it is called, by the settings of then; here only its host is wanted. */
    private static final Ports ANY_PORT = Ports.parse("1-65535");

    private final Connection connection;
    private final Outbox outbox;

    NewDeliveries(Connection connection, Outbox outbox) {
        this.connection = connection;
        this.outbox = outbox;
    }

    private record Stream(UUID jobId, UUID target) {
        /** The order in which everybody locks streams. */
        static final Comparator<Stream> ORDER = Comparator.comparing((Stream stream) -> stream.jobId.toString())
                .thenComparing(stream -> stream.target.toString());
    }

    private record Row(
            UUID id, Stream stream, UUID account, int seq, String url, String host, String event, String body) {}

    /** What happened to a job or a group, and the body that says so. */
    private record Step(UUID subject, UUID account, int seq, Instant at, String event, String body) {
        static Step of(Transition transition) {
            String event = WebhookRequest.event(transition.state());
            var job = new WebhookEvent.Job(
                    transition.jobId(),
                    transition.state(),
                    transition.seq(),
                    transition.attempt(),
                    transition.reason());
            String body = Json.text(new WebhookEvent(event, transition.at(), job, null));
            return new Step(transition.jobId(), transition.accountId(), transition.seq(), transition.at(), event, body);
        }

        static Step of(GroupChange change) {
            String event = WebhookRequest.event(change.state());
            var group = new WebhookEvent.Group(
                    change.group(),
                    change.task(),
                    change.topology(),
                    change.state(),
                    change.seq(),
                    change.nodes(),
                    change.reason());
            String body = Json.text(new WebhookEvent(event, change.at(), null, group));
            return new Step(change.group(), change.account(), change.seq(), change.at(), event, body);
        }
    }

    void append(List<Transition> transitions, Function<UUID, List<Subscription>> subscriptions) throws SQLException {
        Map<UUID, String> callbacks = callbackUrls(transitions);
        var rows = new ArrayList<Row>();
        for (Transition transition : transitions) {
            Step step = Step.of(transition);
            String callback = callbacks.get(transition.jobId());
            if (callback != null) {
                rows.add(row(step, step.account, callback, hostOf(callback)));
            }
            rows.addAll(subscribed(step, subscriptions));
        }
        store(rows);
    }

    /** A group's calls are a stream of their own, under the group's id where a job's has the job's. */
    void appendGroups(List<GroupChange> changes, Function<UUID, List<Subscription>> subscriptions) throws SQLException {
        store(changes.stream()
                .map(Step::of)
                .flatMap(step -> subscribed(step, subscriptions).stream())
                .toList());
    }

    private static List<Row> subscribed(Step step, Function<UUID, List<Subscription>> subscriptions) {
        return subscriptions.apply(step.account).stream()
                .filter(subscription -> subscription.wants(step.event))
                .map(subscription -> row(step, subscription.id(), subscription.url(), subscription.host()))
                .toList();
    }

    private void store(List<Row> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        insertStreams(rows);
        insertDeliveries(rows);
        outbox.append(connection, Destinations.WEBHOOK, messages(rows));
    }

    private static Row row(Step step, UUID target, String url, String host) {
        var stream = new Stream(step.subject, target);
        return new Row(Ids.next(step.at), stream, step.account, step.seq, url, host, step.event, step.body);
    }

    static String hostOf(String url) {
        return TargetUrl.parse(url, ANY_PORT) instanceof TargetUrl.Accepted accepted ? accepted.host() : NO_HOST;
    }

    private Map<UUID, String> callbackUrls(List<Transition> transitions) throws SQLException {
        List<UUID> jobs = transitions.stream()
                .filter(Transition::callback)
                .map(Transition::jobId)
                .distinct()
                .toList();
        var urls = new HashMap<UUID, String>();
        if (jobs.isEmpty()) {
            return urls;
        }
        try (var select = connection.prepareStatement(
                "select job_id, request->>'callback_url' as url from job_spec where job_id = any(?)")) {
            new Columns(connection, select).uuids(jobs, job -> job);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    String url = rows.getString("url");
                    if (url != null) {
                        urls.put(Columns.uuid(rows, "job_id"), url);
                    }
                }
            }
        }
        return urls;
    }

    /** The update changes nothing; it locks the row, so that the sender cannot remove the stream under us. */
    private void insertStreams(List<Row> rows) throws SQLException {
        var streams = new LinkedHashMap<Stream, Row>();
        rows.stream()
                .sorted(Comparator.comparing(Row::stream, Stream.ORDER))
                .forEach(row -> streams.putIfAbsent(row.stream, row));
        try (var insert = connection.prepareStatement(
                "insert into webhook_stream (job_id, target, account_id, host) select * from unnest(?, ?, ?, ?)"
                        + " on conflict (job_id, target) do update set due_at = webhook_stream.due_at")) {
            new Columns(connection, insert)
                    .uuids(streams.values(), row -> row.stream.jobId)
                    .uuids(streams.values(), row -> row.stream.target)
                    .uuids(streams.values(), Row::account)
                    .texts(streams.values(), Row::host);
            insert.executeUpdate();
        }
    }

    private void insertDeliveries(List<Row> rows) throws SQLException {
        try (var insert = connection.prepareStatement(
                "insert into webhook_delivery (id, job_id, target, seq, account_id, url, host, event, body)"
                        + " select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            new Columns(connection, insert)
                    .uuids(rows, Row::id)
                    .uuids(rows, row -> row.stream.jobId)
                    .uuids(rows, row -> row.stream.target)
                    .ints(rows, Row::seq)
                    .uuids(rows, Row::account)
                    .texts(rows, Row::url)
                    .texts(rows, Row::host)
                    .texts(rows, Row::event)
                    .texts(rows, Row::body);
            insert.executeUpdate();
        }
    }

    private static List<Message> messages(List<Row> rows) {
        List<String> jobs =
                rows.stream().map(row -> row.stream.jobId.toString()).distinct().toList();
        var messages = new ArrayList<Message>();
        for (int from = 0; from < jobs.size(); from += Message.MAX_IDS) {
            messages.add(Message.of(MESSAGE_TYPE, jobs.subList(from, Math.min(jobs.size(), from + Message.MAX_IDS))));
        }
        return messages;
    }
}
