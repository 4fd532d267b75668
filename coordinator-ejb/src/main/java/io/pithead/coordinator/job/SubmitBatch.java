package io.pithead.coordinator.job;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.artifact.ArtifactFacade;
import io.pithead.coordinator.job.core.JobPlan;
import io.pithead.coordinator.job.core.Transition;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.ledger.Posting;
import io.pithead.coordinator.platform.BatchLane.Applied;
import io.pithead.coordinator.platform.BatchLane.Outcome;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.InputRef;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.Verification;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of submissions: budgets are locked and checked in the order of arrival, so that no number of
 * concurrent submissions overruns one; each submission is taken whole or refused whole.
 */
final class SubmitBatch {
    /** Of the entry that sets money aside for replicas; 0 is that of the price. */
    private static final int HELD_SLICE = 1;

    private final Ledger ledger;
    private final Transitions transitions;
    private final ReadyJobs dispatcher;
    private final ArtifactFacade artifacts;
    private final VerifiedJobs verified;

    SubmitBatch(
            Ledger ledger,
            Transitions transitions,
            ReadyJobs dispatcher,
            ArtifactFacade artifacts,
            VerifiedJobs verified) {
        this.verified = verified;
        this.ledger = ledger;
        this.transitions = transitions;
        this.dispatcher = dispatcher;
        this.artifacts = artifacts;
    }

    /** Stores the answer to an Idempotency-Key in the submission's own transaction. */
    @FunctionalInterface
    interface AnswerStore {
        void store(Connection connection, List<Submitted> jobs) throws SQLException;
    }

    /** One request: all of its jobs or none. */
    record Submission(
            UUID account,
            String actor,
            List<Planned> jobs,
            @Nullable AnswerStore answer) {}

    record Planned(UUID id, long classId, JobPlan plan) {}

    record Submitted(UUID id, JobPlan plan, Instant submittedAt) {}

    Applied<List<Submitted>> apply(Connection connection, List<Submission> submissions) throws SQLException {
        Map<UUID, BigInteger> available = ledger.lockAvailable(
                connection,
                submissions.stream().map(Submission::account).distinct().toList());
        Instant now = databaseTime(connection);
        var taken = new ArrayList<Row>();
        var outcomes = new ArrayList<Outcome<List<Submitted>>>();
        var answered = new ArrayList<Submission>();
        for (Submission submission : submissions) {
            Set<String> missing = artifacts.missing(connection, submission.account(), inputs(submission));
            outcomes.add(
                    missing.isEmpty()
                            ? admit(submission, available, now, taken, answered)
                            : Outcome.refused(notUploaded(missing)));
        }
        insertJobs(connection, taken);
        insertSpecs(connection, taken);
        List<Transition> queued = taken.stream().map(Row::transition).toList();
        transitions.append(connection, queued);
        ledger.post(connection, reservations(taken), now);
        openVerifications(connection, taken);
        for (Submission submission : answered) {
            if (submission.answer() != null) {
                submission.answer().store(connection, submitted(submission, now));
            }
        }
        return new Applied<>(outcomes, () -> {
            dispatcher.ready(ready(taken));
            transitions.committed(queued);
        });
    }

    private static List<Posting> reservations(List<Row> taken) {
        var postings = new ArrayList<Posting>();
        for (Row row : taken) {
            postings.add(Posting.reserve(row.account, row.job.plan().price(), row.job.id()));
            postings.add(Posting.reserve(row.account, row.job.plan().held(), row.job.id(), HELD_SLICE));
        }
        return postings;
    }

    private void openVerifications(Connection connection, List<Row> taken) throws SQLException {
        var opened = new ArrayList<VerifiedJobs.Opened>();
        for (Row row : taken) {
            Verification verification = row.job.plan().verification();
            if (verification != null) {
                opened.add(new VerifiedJobs.Opened(
                        row.job.id(), row.account, verification, row.job.plan().held()));
            }
        }
        if (!opened.isEmpty()) {
            verified.opened(connection, opened);
        }
    }

    private static List<String> inputs(Submission submission) {
        return submission.jobs().stream()
                .map(job -> job.plan().request().inputs())
                .filter(Objects::nonNull)
                .flatMap(List::stream)
                .map(InputRef::sha256)
                .distinct()
                .toList();
    }

    private static CoordinatorException notUploaded(Set<String> digests) {
        return new CoordinatorException(
                ErrorCode.INVALID_PAYLOAD,
                "The job names inputs that this account has not uploaded.",
                Map.of("/inputs", "not uploaded: " + String.join(", ", digests)));
    }

    private static Outcome<List<Submitted>> admit(
            Submission submission,
            Map<UUID, BigInteger> available,
            Instant now,
            List<Row> taken,
            List<Submission> answered) {
        for (Planned job : submission.jobs()) {
            Instant deadline = job.plan().request().deadline();
            if (deadline != null && !deadline.isAfter(now)) {
                return Outcome.refused(new CoordinatorException(
                        ErrorCode.INVALID_PAYLOAD,
                        "The deadline has passed.",
                        Map.of("/deadline", "must be in the future")));
            }
        }
        BigInteger cost = submission.jobs().stream()
                .map(job -> job.plan().price().add(job.plan().held()))
                .reduce(BigInteger.ZERO, BigInteger::add);
        BigInteger funds = available.getOrDefault(submission.account(), BigInteger.ZERO);
        if (cost.compareTo(funds) > 0) {
            return Outcome.refused(new CoordinatorException(
                    ErrorCode.INSUFFICIENT_FUNDS,
                    "The wallet does not cover the price; deposit more or offer less.",
                    Map.of("price", Money.format(cost), "available", Money.format(funds))));
        }
        available.put(submission.account(), funds.subtract(cost));
        submission.jobs().forEach(job -> taken.add(new Row(submission.account(), submission.actor(), job, now)));
        answered.add(submission);
        return Outcome.of(submitted(submission, now));
    }

    private static List<Submitted> submitted(Submission submission, Instant now) {
        return submission.jobs().stream()
                .map(job -> new Submitted(job.id(), job.plan(), now))
                .toList();
    }

    private static List<ReadyJobs.Ready> ready(List<Row> taken) {
        var byClass = new HashMap<Long, ReadyJobs.Ready>();
        for (Row row : taken) {
            var one = new ReadyJobs.Ready(row.job.classId(), 1, row.job.plan().priority(), row.job.id());
            byClass.merge(one.classId(), one, (a, b) -> {
                ReadyJobs.Ready first = a.priority() >= b.priority() ? a : b;
                return new ReadyJobs.Ready(a.classId(), a.count() + b.count(), first.priority(), first.first());
            });
        }
        return List.copyOf(byClass.values());
    }

    private static Instant databaseTime(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select now() as now");
                var rows = select.executeQuery()) {
            rows.next();
            return Columns.requiredInstant(rows, "now");
        }
    }

    private static void insertJobs(Connection connection, List<Row> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (var insert = connection.prepareStatement(
                "insert into job (id, account_id, class_id, workload, state, priority, price, max_attempts, max_runtime_s,"
                        + " callback, submitted_at, ready_at, expires_at, deadline, kind, parent, verification)"
                        + " select id, account_id, class_id, workload, 'QUEUED', priority, price, max_attempts, max_runtime_s,"
                        + " callback, at, at, expires_at, deadline,"
                        + " case when parent is null then 'BATCH' else 'CONTAINER' end, parent, verification"
                        + " from unnest(?, ?, ?, ?, ?::smallint[], ?, ?::smallint[], ?, ?, ?::text[]::timestamptz[],"
                        + " ?::text[]::timestamptz[], ?::text[]::timestamptz[], ?, ?)"
                        + " as r(id, account_id, class_id, workload, priority, price, max_attempts, max_runtime_s, callback,"
                        + " at, expires_at, deadline, parent, verification)")) {
            new Columns(connection, insert)
                    .uuids(rows, row -> row.job.id())
                    .uuids(rows, Row::account)
                    .longs(rows, row -> row.job.classId())
                    .texts(rows, row -> row.job.plan().request().workload())
                    .ints(rows, row -> row.job.plan().priority())
                    .amounts(rows, row -> row.job.plan().price())
                    .ints(rows, row -> row.job.plan().maxAttempts())
                    .ints(rows, row -> row.job.plan().maxRuntimeS())
                    .bools(rows, Row::callback)
                    .texts(rows, row -> row.at.toString())
                    .texts(rows, row -> row.job.plan().expiresAt(row.at).toString())
                    .texts(rows, row -> text(row.job.plan().request().deadline()))
                    .uuids(rows, row -> row.job.plan().task())
                    .texts(rows, Row::verification);
            insert.executeUpdate();
        }
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }

    private static void insertSpecs(Connection connection, List<Row> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (var insert = connection.prepareStatement(
                "insert into job_spec (job_id, request) select * from unnest(?, ?::text[]::json[])")) {
            new Columns(connection, insert)
                    .uuids(rows, row -> row.job.id())
                    .texts(rows, row -> Json.text(row.job.plan().request()));
            insert.executeUpdate();
        }
    }

    private record Row(UUID account, String actor, Planned job, Instant at) {
        boolean callback() {
            return job.plan().request().callbackUrl() != null;
        }

        @Nullable
        String verification() {
            Verification verification = job.plan().verification();
            return verification == null ? null : verification.mode().name();
        }

        Transition transition() {
            return new Transition(job.id(), account, 1, JobState.QUEUED, at, actor, 0, null, null, null, callback());
        }
    }

    static Planned planned(long classId, JobPlan plan, Instant now) {
        return new Planned(Ids.next(now), classId, plan);
    }
}
