package io.pithead.coordinator.dispatch;

import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.dispatch.core.ExplainPolicy;
import io.pithead.coordinator.dispatch.core.ExplainPolicy.Candidate;
import io.pithead.coordinator.dispatch.core.ExplainPolicy.Finding;
import io.pithead.coordinator.dispatch.core.NodeShape;
import io.pithead.coordinator.dispatch.core.Refusal;
import io.pithead.coordinator.job.JobClasses;
import io.pithead.coordinator.job.JobFacade;
import io.pithead.coordinator.job.RunGate;
import io.pithead.coordinator.job.core.JobPlan;
import io.pithead.coordinator.ledger.Ledger;
import io.pithead.coordinator.node.NodeFacade;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.Explanation;
import io.pithead.protocol.job.Explanation.RunStanding;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.PlanView;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.node.MinerCapabilities;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Answers "why does my job wait?" from the nodes as they are now. */
@ApplicationScoped
public class ExplainFacade {
    /** Nodes looked at: the most recently seen ones. */
    private static final int MAX_NODES = 20_000;
    /** Jobs ahead that are counted; more are said as this many. */
    private static final int MAX_AHEAD = 10_000;
    /** A fleet is read at most this often, however many ask. */
    private static final Duration MAX_AGE = Duration.ofSeconds(2);

    private static final String NOBODY = "No node has joined yet.";

    @Inject
    Database database;

    @Inject
    JobFacade jobs;

    @Inject
    JobClasses classes;

    @Inject
    NodeFacade nodes;

    @Inject
    RunGate runs;

    /** Of a node n: those whose work it may get. */
    private static final String RUNS = "array(select m.run_id from run_node m join run r on r.id = m.run_id"
            + " where m.node_id = n.id and m.state = 'HEALTHY' and r.state = 'OPEN') as runs";

    private volatile Fleet fleet = new Fleet(Instant.EPOCH, List.of());

    private record Fleet(Instant at, List<Candidate> nodes) {}

    private record Job(JobState state, long classId, int priority, boolean waiting) {}

    public Explanation explain(UUID account, UUID id) {
        Job job = database.withConnection(connection -> job(connection, account, id));
        var need = Objects.requireNonNull(classes.byId(List.of(job.classId)).get(job.classId))
                .need();
        RunStanding run = need.run() == null ? null : runs.standing(need.run());
        UUID node = need.node();
        if (node != null) {
            return placed(job, id, node, run);
        }
        Finding finding = ExplainPolicy.explain(need, fleet().nodes);
        Map<String, Integer> refusals = new TreeMap<>();
        finding.refusals().forEach((refusal, count) -> refusals.put(refusal.name(), count));
        Integer ahead =
                job.state == JobState.QUEUED ? database.withConnection(connection -> ahead(connection, job, id)) : null;
        return new Explanation(
                id,
                job.state,
                summary(job, finding, ahead, run),
                finding.nodes(),
                finding.eligible(),
                refusals,
                ahead,
                finding.relaxation(),
                run);
    }

    /**
     * What this job would come to if it were submitted now. Its inputs and its deadline are looked at when it is.
     */
    public PlanView plan(UUID account, JobRequest request) {
        JobPlan plan = jobs.plan(account, request);
        Finding finding = ExplainPolicy.explain(plan.need(), fleet().nodes);
        BigInteger reserves = plan.price().add(plan.held());
        BigInteger available = database.withConnection(connection -> Ledger.available(connection, account));
        Map<String, Integer> refusals = new TreeMap<>();
        finding.refusals().forEach((refusal, count) -> refusals.put(refusal.name(), count));
        return new PlanView(
                planned(finding),
                finding.nodes(),
                finding.fitting(),
                finding.eligible(),
                refusals,
                finding.relaxation(),
                Money.format(plan.price()),
                "job",
                Money.format(reserves),
                Money.format(available),
                reserves.compareTo(available) <= 0);
    }

    private static String planned(Finding finding) {
        if (finding.nodes() == 0) {
            return NOBODY;
        }
        return finding.fitting() > 0
                ? finding.eligible() + " of " + finding.nodes() + " nodes could take it now, "
                        + (finding.fitting() - finding.eligible()) + " more once a slot is free."
                : noneFits(finding);
    }

    private static String noneFits(Finding finding) {
        return "None of " + finding.nodes()
                + " nodes fits; see refusals, and relaxation for the smallest change that helps.";
    }

    /** A task's container waits for the one node that it was placed on. */
    private Explanation placed(Job job, UUID id, UUID node, @Nullable RunStanding run) {
        Duration offlineAfter = nodes.pace().offlineAfter();
        Set<Refusal> refusals = database.withConnection(connection -> refusals(connection, node, run, offlineAfter));
        boolean waits = job.state == JobState.QUEUED;
        String summary = !waits
                ? "The container does not wait: it is " + job.state.name().toLowerCase(Locale.ROOT) + "."
                : refusals.isEmpty()
                        ? "The container's node can take it now."
                        : "The container waits for the node it was placed on.";
        Map<String, Integer> counts = new TreeMap<>();
        refusals.forEach(refusal -> counts.put(refusal.name(), 1));
        return new Explanation(
                id, job.state, summary, 1, refusals.isEmpty() ? 1 : 0, counts, waits ? 0 : null, List.of(), run);
    }

    private static Set<Refusal> refusals(
            Connection connection, UUID node, @Nullable RunStanding run, Duration offlineAfter) throws SQLException {
        try (var select = connection.prepareStatement("select n.ban is not null as banned, n.draining, n.concurrency,"
                + " coalesce(l.last_seen_at > now() - make_interval(secs => ?), false) as online,"
                + " (select count(*) from job j where j.lease_node = n.id and j.state in ('LEASED', 'RUNNING')) as held, "
                + RUNS + " from node n left join node_liveness l on l.node_id = n.id where n.id = ?")) {
            select.setDouble(1, offlineAfter.toSeconds());
            select.setObject(2, node);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    return EnumSet.of(Refusal.NODE_OFFLINE);
                }
                var refusals = EnumSet.noneOf(Refusal.class);
                if (!row.getBoolean("online")) {
                    refusals.add(Refusal.NODE_OFFLINE);
                }
                if (row.getBoolean("banned")) {
                    refusals.add(Refusal.NODE_BANNED);
                }
                if (row.getBoolean("draining")) {
                    refusals.add(Refusal.NODE_DRAINING);
                }
                if (row.getInt("held") >= row.getInt("concurrency")) {
                    refusals.add(Refusal.NODE_BUSY);
                }
                if (run != null && !Columns.uuidSet(row, "runs").contains(run.id())) {
                    refusals.add(Refusal.NOT_IN_RUN);
                }
                return refusals;
            }
        }
    }

    private static String summary(Job job, Finding finding, @Nullable Integer ahead, @Nullable RunStanding run) {
        if (job.state != JobState.QUEUED) {
            return "The job does not wait: it is " + job.state.name().toLowerCase(Locale.ROOT) + ".";
        }
        if (job.waiting) {
            return "The job waits for the pause before its next attempt to end.";
        }
        if (run != null && !run.state().equals(RunGate.OPEN)) {
            return "The job waits for its run to be open: it is " + run.state().toLowerCase(Locale.ROOT) + ".";
        }
        if (finding.nodes() == 0) {
            return NOBODY;
        }
        if (finding.eligible() > 0) {
            return finding.eligible() + " of " + finding.nodes() + " nodes can take it now; " + ahead
                    + " jobs of its kind go first.";
        }
        if (finding.fitting() > 0) {
            return finding.fitting() + " of " + finding.nodes() + " nodes fit, but all their slots are taken.";
        }
        return noneFits(finding);
    }

    private Fleet fleet() {
        Fleet current = fleet;
        Instant now = Instant.now();
        if (current.at.plus(MAX_AGE).isAfter(now)) {
            return current;
        }
        Duration offlineAfter = nodes.pace().offlineAfter();
        Fleet fresh = new Fleet(now, database.withConnection(connection -> candidates(connection, offlineAfter)));
        fleet = fresh;
        return fresh;
    }

    private static List<Candidate> candidates(Connection connection, Duration offlineAfter) throws SQLException {
        try (var select = connection.prepareStatement(
                "select n.capabilities, n.ban is not null as banned, n.draining, n.concurrency,"
                        + " l.last_seen_at > now() - make_interval(secs => ?) as online,"
                        + " (select count(*) from job j where j.lease_node = n.id and j.state in ('LEASED', 'RUNNING')) as held, "
                        + RUNS
                        + " from node n join node_liveness l on l.node_id = n.id order by l.last_seen_at desc limit ?")) {
            select.setDouble(1, offlineAfter.toSeconds());
            select.setInt(2, MAX_NODES);
            var candidates = new ArrayList<Candidate>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    candidates.add(new Candidate(
                            NodeShape.of(
                                    Json.own(row.getString("capabilities"), MinerCapabilities.class),
                                    Columns.uuidSet(row, "runs")),
                            row.getBoolean("online"),
                            row.getBoolean("banned"),
                            row.getBoolean("draining"),
                            row.getInt("held") >= row.getInt("concurrency")));
                }
            }
            return candidates;
        }
    }

    private static Job job(Connection connection, UUID account, UUID id) throws SQLException {
        try (var select = connection.prepareStatement(
                "select state, class_id, priority, waiting from job where id = ? and account_id = ?")) {
            select.setObject(1, id);
            select.setObject(2, account);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    throw new CoordinatorException(ErrorCode.JOB_NOT_FOUND, "There is no such job.");
                }
                return new Job(
                        JobState.valueOf(row.getString("state")),
                        row.getLong("class_id"),
                        row.getInt("priority"),
                        row.getBoolean("waiting"));
            }
        }
    }

    /** Ready jobs of the same class that go first, counted up to a bound. */
    private static Integer ahead(Connection connection, Job job, UUID id) throws SQLException {
        try (var select = connection.prepareStatement("select count(*) as n from (select 1 from job where class_id = ?"
                + " and state = 'QUEUED' and not waiting and (priority > ? or (priority = ? and id < ?)) limit ?) a")) {
            new Columns(connection, select)
                    .set(job.classId)
                    .set((short) job.priority)
                    .set((short) job.priority)
                    .set(id)
                    .set(MAX_AHEAD);
            try (var row = select.executeQuery()) {
                row.next();
                return row.getInt("n");
            }
        }
    }
}
