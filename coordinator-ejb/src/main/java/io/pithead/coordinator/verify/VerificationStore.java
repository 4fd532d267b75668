package io.pithead.coordinator.verify;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.pithead.coordinator.dispatch.core.JobNeed;
import io.pithead.coordinator.job.ReplicaJobs.Original;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.verify.Case.Seat;
import io.pithead.coordinator.verify.core.Quorum;
import io.pithead.protocol.id.Ids;
import io.pithead.protocol.job.Constraints;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.Verification;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.MinerCapabilities;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of judging. */
final class VerificationStore {
    /** As a miner's own proof has at most, so that what a judge reads of all replicas stays small. */
    private static final int MAX_OUTPUT = 1 << 20;

    private VerificationStore() {}

    /** What is nudged, oldest first, and what is due. */
    static List<UUID> due(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement("(select job_id from verification_nudge order by id limit ?)"
                + " union (select job_id from verification where verdict is null and look_at <= now()"
                + " order by look_at limit ?)")) {
            new Columns(connection, select).set(limit).set(limit);
            var due = new ArrayList<UUID>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    due.add(Columns.uuid(rows, "job_id"));
                }
            }
            return due;
        }
    }

    /** Jobs before verifications, each in the order of their ids, as batches of reports do. False when somebody has one. */
    static boolean lockJobs(Connection connection, UUID parent) throws SQLException {
        try (var lock = connection.prepareStatement("with family as"
                + " (select coalesce((select disputed from verification where job_id = ?), ?) as id"
                + " union select job_id from replica where parent = ?), locked as (select j.id from job j"
                + " where j.id = any(array(select id from family)) order by j.id for update skip locked)"
                + " select (select count(*) from locked)"
                + " = (select count(*) from job where id = any(array(select id from family))) as whole")) {
            new Columns(connection, lock).set(parent).set(parent).set(parent);
            try (var row = lock.executeQuery()) {
                row.next();
                return row.getBoolean("whole");
            }
        }
    }

    /** Takes the nudges of a locked job: what comes after this is news again. */
    static void hear(Connection connection, UUID parent) throws SQLException {
        try (var delete = connection.prepareStatement("delete from verification_nudge where job_id = ?")) {
            new Columns(connection, delete).set(parent);
            delete.executeUpdate();
        }
    }

    /** Empty when it was judged, or is nothing to judge. */
    static Optional<Case> lock(Connection connection, UUID parent) throws SQLException {
        try (var select = connection.prepareStatement("select v.*, j.id as repeated, j.lease_node, j.workload, j.price,"
                + " j.priority, j.attempt,"
                + " (select c.run_id from job_class c where c.id = j.class_id) as run,"
                + " j.max_attempts, j.max_runtime_s, c.source, c.answer, c.known_jobs, c.known_nodes, c.known_providers,"
                + " now() as now from verification v join job j on j.id = coalesce(v.disputed, v.job_id)"
                + " left join canary c on c.job_id = v.job_id"
                + " where v.job_id = ? and v.verdict is null for update of v skip locked")) {
            new Columns(connection, select).set(parent);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(read(row, seats(connection, parent))) : Optional.empty();
            }
        }
    }

    private static Case read(ResultSet row, List<Seat> seats) throws SQLException {
        return new Case(
                Columns.uuid(row, "job_id"),
                new Original(
                        Columns.uuid(row, "repeated"),
                        Columns.uuid(row, "account_id"),
                        row.getString("workload"),
                        Columns.amount(row, "price"),
                        row.getInt("priority"),
                        row.getObject("run", UUID.class)),
                row.getObject("lease_node", UUID.class),
                Verification.Mode.valueOf(row.getString("mode")),
                new Quorum.Policy(row.getInt("replicas"), row.getInt("quorum"), row.getInt("max_replicas")),
                Columns.amount(row, "held"),
                row.getInt("slice"),
                Columns.instant(row, "deadline"),
                row.getInt("attempt"),
                row.getInt("max_attempts"),
                row.getInt("max_runtime_s"),
                Columns.requiredInstant(row, "now"),
                seats,
                row.getString("answer") == null ? null : CanaryStore.known(row),
                Map.of());
    }

    private static List<Seat> seats(Connection connection, UUID parent) throws SQLException {
        try (var select = connection.prepareStatement("select r.*, j.state, j.output_sha, j.lease_node,"
                + " n.account_id as holder from replica r join job j on j.id = r.job_id"
                + " left join node n on n.id = j.lease_node where r.parent = ? order by r.number")) {
            new Columns(connection, select).set(parent);
            var seats = new ArrayList<Seat>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    seats.add(new Seat(
                            row.getInt("number"),
                            Columns.uuid(row, "job_id"),
                            JobState.valueOf(row.getString("state")),
                            row.getObject("node_id", UUID.class),
                            row.getObject("provider", UUID.class),
                            Columns.instant(row, "assigned_at"),
                            row.getObject("lease_node", UUID.class),
                            row.getObject("holder", UUID.class),
                            row.getString("output_sha")));
                }
            }
            return seats;
        }
    }

    /** A job and its replicas. */
    static List<UUID> family(Connection connection, UUID job) throws SQLException {
        try (var select =
                connection.prepareStatement("select ?::uuid as id union select job_id from replica where parent = ?")) {
            new Columns(connection, select).set(job).set(job);
            var family = new ArrayList<UUID>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    family.add(Columns.uuid(rows, "id"));
                }
            }
            return family;
        }
    }

    /** Every provider that ever had a lease of one of these jobs, by job. */
    static Map<UUID, Set<UUID>> providersOf(Connection connection, Collection<UUID> jobs) throws SQLException {
        try (var select = connection.prepareStatement("select distinct e.job_id, n.account_id from job_event e"
                + " join node n on n.id = e.node where e.job_id = any(?) and e.state = 'LEASED'")) {
            new Columns(connection, select).uuids(jobs, id -> id);
            var providers = new HashMap<UUID, Set<UUID>>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    providers
                            .computeIfAbsent(Columns.uuid(rows, "job_id"), id -> new HashSet<>())
                            .add(Columns.uuid(rows, "account_id"));
                }
            }
            return providers;
        }
    }

    /** What a node must be able to do for the job, as it was when the job was submitted. */
    static JobNeed need(Connection connection, Case one) throws SQLException {
        try (var select = connection.prepareStatement("select request from job_spec where job_id = ?")) {
            new Columns(connection, select).set(one.job().id());
            try (var row = select.executeQuery()) {
                row.next();
                return need(
                        Json.own(row.getString("request"), JobRequest.class),
                        one.job().price(),
                        one.maxRuntimeS());
            }
        }
    }

    static JobNeed need(JobRequest request, BigInteger price, int maxRuntimeS) {
        Constraints constraints = request.constraints();
        JobLimits limits = request.limits();
        return JobNeed.of(
                request.workload(),
                constraints == null ? Constraints.NONE : constraints,
                limits == null ? JobLimits.NONE : limits,
                price,
                maxRuntimeS,
                request.run());
    }

    /** The outputs of these jobs, of those whose proof has it as a text that is not too long. */
    static Map<UUID, byte[]> outputs(Connection connection, Collection<UUID> jobs) throws SQLException {
        try (var select = connection.prepareStatement("select job_id, output #>> '{}' as output from job_result"
                + " where job_id = any(?) and json_typeof(output) = 'string' and octet_length(output::text) <= ?")) {
            new Columns(connection, select).uuids(jobs, id -> id).set(MAX_OUTPUT);
            var outputs = new HashMap<UUID, byte[]>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    outputs.put(
                            Columns.uuid(row, "job_id"), row.getString("output").getBytes(StandardCharsets.UTF_8));
                }
            }
            return outputs;
        }
    }

    /** How long each of these jobs was worked on, from its newest lease to its newest answer. */
    static Map<UUID, Duration> workTimes(Connection connection, Collection<UUID> jobs) throws SQLException {
        var times = new HashMap<UUID, Duration>();
        if (jobs.isEmpty()) {
            return times;
        }
        try (var select = connection.prepareStatement("select job_id,"
                + " max(at) filter (where state = 'LEASED') as leased, max(at) filter (where state = 'VERIFYING') as answered"
                + " from job_event where job_id = any(?) group by job_id")) {
            new Columns(connection, select).uuids(jobs, id -> id);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    Instant leased = Columns.instant(row, "leased");
                    Instant answered = Columns.instant(row, "answered");
                    if (leased != null && answered != null && answered.isAfter(leased)) {
                        times.put(Columns.uuid(row, "job_id"), Duration.between(leased, answered));
                    }
                }
            }
        }
        return times;
    }

    static Fleet.DeterminismClass determinismOf(Connection connection, UUID node) throws SQLException {
        try (var select = connection.prepareStatement("select capabilities from node where id = ?")) {
            new Columns(connection, select).set(node);
            try (var row = select.executeQuery()) {
                row.next();
                return Fleet.DeterminismClass.of(Json.own(row.getString("capabilities"), MinerCapabilities.class));
            }
        }
    }

    static void seat(Connection connection, UUID parent, int number, UUID job, UUID node, UUID provider)
            throws SQLException {
        try (var upsert = connection.prepareStatement(
                "insert into replica (parent, number, job_id, node_id, provider, assigned_at) values (?, ?, ?, ?, ?, now())"
                        + " on conflict (parent, number) do update set node_id = excluded.node_id,"
                        + " provider = excluded.provider, assigned_at = excluded.assigned_at")) {
            new Columns(connection, upsert)
                    .set(parent)
                    .set(number)
                    .set(job)
                    .set(node)
                    .set(provider);
            upsert.executeUpdate();
        }
    }

    /** @param taken of what is held, for replicas */
    static void wait(Connection connection, Case one, Instant deadline, Instant lookAt, int taken, BigInteger held)
            throws SQLException {
        try (var update = connection.prepareStatement("update verification set deadline = ?::timestamptz,"
                + " look_at = ?::timestamptz, slice = slice + ?, held = ? where job_id = ?")) {
            new Columns(connection, update)
                    .set(deadline.toString())
                    .set(lookAt.toString())
                    .set(taken)
                    .set(new BigDecimal(held))
                    .set(one.id());
            update.executeUpdate();
        }
    }

    /** Nobody else is asked. */
    static void trust(Connection connection, UUID job) throws SQLException {
        try (var update = connection.prepareStatement(
                "update verification set replicas = 1, quorum = 1, max_replicas = 1 where job_id = ?")) {
            new Columns(connection, update).set(job);
            update.executeUpdate();
        }
    }

    /** Nothing is to be done before it is nudged, or then. */
    static void sleepUntil(Connection connection, UUID job, Instant lookAt) throws SQLException {
        try (var update =
                connection.prepareStatement("update verification set look_at = ?::timestamptz where job_id = ?")) {
            new Columns(connection, update).set(lookAt.toString()).set(job);
            update.executeUpdate();
        }
    }

    /** Nothing is to be done before it is nudged. */
    static void sleep(Connection connection, UUID job) throws SQLException {
        try (var update =
                connection.prepareStatement("update verification set look_at = 'infinity' where job_id = ?")) {
            new Columns(connection, update).set(job);
            update.executeUpdate();
        }
    }

    /** After a round that failed on it, so that it does not stand in the way of the others. */
    static void putOff(Connection connection, UUID job, Duration pause) throws SQLException {
        hear(connection, job);
        try (var update = connection.prepareStatement("update verification set"
                + " look_at = now() + make_interval(secs => ?) where job_id = ? and verdict is null")) {
            new Columns(connection, update).set((double) pause.toSeconds()).set(job);
            update.executeUpdate();
        }
    }

    static void close(
            Connection connection,
            UUID job,
            String verdict,
            String reason,
            @Nullable UUID result,
            Map<UUID, String> ofReplicas)
            throws SQLException {
        try (var update = connection.prepareStatement("update verification set verdict = ?, reason = ?, result_job = ?,"
                + " held = 0, slice = slice + 1, judged_at = now() where job_id = ?")) {
            new Columns(connection, update).set(verdict).set(reason).set(result).set(job);
            update.executeUpdate();
        }
        RefereeStore.close(connection, job);
        List<Map.Entry<UUID, String>> verdicts = List.copyOf(ofReplicas.entrySet());
        try (var update = connection.prepareStatement("update replica r set verdict = v.verdict"
                + " from unnest(?, ?) as v(job_id, verdict) where r.job_id = v.job_id")) {
            new Columns(connection, update).uuids(verdicts, Map.Entry::getKey).texts(verdicts, Map.Entry::getValue);
            update.executeUpdate();
        }
    }

    /** Writes down what is decided, and by which answers. */
    static void record(Connection connection, Case one, String decision, @Nullable String reason, boolean disagreement)
            throws SQLException {
        ArrayNode evidence = JsonNodeFactory.instance.arrayNode();
        for (Seat seat : one.seats()) {
            var row = evidence.addObject();
            row.put("number", seat.number())
                    .put("job", seat.job().toString())
                    .put("state", seat.state().name());
            if (seat.holder() != null && seat.holderNode() != null) {
                row.put("provider", seat.holder().toString())
                        .put("node", seat.holderNode().toString());
            }
            if (seat.outputSha() != null) {
                row.put("output_sha", seat.outputSha());
            }
        }
        if (one.known() != null) {
            for (Case.Voter voter : one.known().voters()) {
                evidence.addObject()
                        .put("known", one.known().source().toString())
                        .put("job", voter.job().toString())
                        .put("provider", voter.provider().toString())
                        .put("node", voter.node().toString())
                        .put("output_sha", one.known().answer());
            }
        }
        RefereeStore.tell(connection, one.id(), evidence);
        record(connection, one.id(), one.now(), decision, reason, disagreement, evidence);
    }

    /** At the job whose known answer is not right: its buyer keeps what it was given, and an operator sees it. */
    static void refute(Connection connection, Case one, Case.Known known, String right) throws SQLException {
        ArrayNode evidence = JsonNodeFactory.instance.arrayNode();
        for (Case.Voter voter : known.voters()) {
            evidence.addObject()
                    .put("job", voter.job().toString())
                    .put("provider", voter.provider().toString())
                    .put("node", voter.node().toString())
                    .put("output_sha", known.answer());
        }
        evidence.addObject().put("canary", one.id().toString()).put("output_sha", right);
        String reason = "more providers agree on another output, asked by a canary, than agreed on its own";
        record(connection, known.source(), one.now(), "REFUTED", reason, true, evidence);
    }

    private static void record(
            Connection connection,
            UUID job,
            Instant now,
            String decision,
            @Nullable String reason,
            boolean disagreement,
            ArrayNode evidence)
            throws SQLException {
        try (var insert = connection.prepareStatement("insert into verification_decision"
                + " (id, job_id, decision, reason, disagreement, evidence) values (?, ?, ?, ?, ?, ?::json)")) {
            new Columns(connection, insert)
                    .set(Ids.next(now))
                    .set(job)
                    .set(decision)
                    .set(reason)
                    .set(disagreement)
                    .set(evidence.toString());
            insert.executeUpdate();
        }
    }
}
