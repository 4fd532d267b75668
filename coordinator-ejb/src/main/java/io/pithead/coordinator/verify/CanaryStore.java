package io.pithead.coordinator.verify;

import io.pithead.coordinator.dispatch.core.JobNeed;
import io.pithead.coordinator.job.ReplicaJobs.Original;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.verify.Case.Known;
import io.pithead.coordinator.verify.Case.Voter;
import io.pithead.coordinator.verify.core.Canary;
import io.pithead.coordinator.verify.core.Quorum;
import io.pithead.protocol.job.InputRef;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.node.MinerCapabilities;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The SQL of canaries. */
final class CanaryStore {
    /** Of the jobs that were agreed on, so many are looked at for one that fits. */
    private static final int MAX_LOOKED_AT = 1_000;

    private static final int MAX_CANDIDATES = 50;

    private CanaryStore() {}

    /** A job of a node that was paid. @param turn the number of its lease */
    record Turn(UUID node, long turn) {}

    /** A job that may be given out again. @param voters who agreed on its answer */
    record Candidate(
            Canary.Known known,
            Original job,
            JobNeed need,
            Fleet.DeterminismClass kind,
            List<String> inputs,
            List<Voter> voters) {}

    /**
     * The next paid jobs in the order of their receipts, once for all instances; old ones, which are there after canaries were off, are
     * passed over.
     *
     * @return nothing while another instance is at it
     */
    static List<Turn> turns(Connection connection, Duration settled, int limit) throws SQLException {
        var turns = new ArrayList<Turn>();
        UUID last = new UUID(0, 0);
        try (var select = connection.prepareStatement(
                "with drawn as materialized (select receipt_id from canary_draw for update skip locked)"
                        + " select r.receipt_id, r.node_id, r.lease_token from drawn d, receipt r"
                        + " where r.receipt_id > greatest(d.receipt_id, id_floor(now() - interval '1 minute'))"
                        + " and r.receipt_id < id_floor(now() - make_interval(secs => ?)) and r.slice = 0"
                        + " order by r.receipt_id limit ?")) {
            new Columns(connection, select).set((double) settled.toSeconds()).set(limit);
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    turns.add(new Turn(Columns.uuid(row, "node_id"), row.getLong("lease_token")));
                    last = Columns.uuid(row, "receipt_id");
                }
            }
        }
        if (!turns.isEmpty()) {
            try (var update = connection.prepareStatement("update canary_draw set receipt_id = ?")) {
                new Columns(connection, update).set(last);
                update.executeUpdate();
            }
        }
        return turns;
    }

    /** The oldest account of this name, as the operator's own is found, if it has money. */
    static Optional<UUID> payer(Connection connection, String name) throws SQLException {
        try (var select = connection.prepareStatement(
                "select id from (select id from account where name = ? and disabled_at is null order by id limit 1) a"
                        + " where exists (select 1 from ledger_account l where l.account_id = a.id"
                        + " and l.pot = 'AVAILABLE' and l.balance > 0)")) {
            new Columns(connection, select).set(name);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(Columns.uuid(row, "id")) : Optional.empty();
            }
        }
    }

    /** What the canaries of the last day paid, or may still pay. */
    static BigInteger spent(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement(
                "select coalesce(sum(j.price), 0) as spent from canary c"
                        + " join replica r on r.parent = c.job_id join job j on j.id = r.job_id"
                        + " where c.created_at > now() - interval '1 day' and j.state not in ('CANCELED', 'EXPIRED', 'FAILED')")) {
            try (var row = select.executeQuery()) {
                row.next();
                return Columns.amount(row, "spent");
            }
        }
    }

    /** Finished jobs of these workloads; never one of a run, nor one whose buyer keeps it to its replicas. */
    static List<Candidate> candidates(Connection connection, Set<String> workloads, Canary.Policy policy)
            throws SQLException {
        // whoever had it: as a replica of it or of a canary of it, or lost the lease of one
        String family = "select r.job_id, r.provider from replica r where r.parent = v.job_id or r.parent in"
                + " (select c.job_id from canary c where c.source = v.job_id)";
        try (var select = connection.prepareStatement("select v.job_id, v.judged_at, j.account_id, j.workload, j.price,"
                + " j.priority, j.max_runtime_s, j.output_sha, s.request,"
                + " (select count(*) from canary c where c.source = v.job_id) as uses,"
                + " array(select f.provider from (" + family + ") f where f.provider is not null"
                + " union select n.account_id from (" + family + ") f join job_event e on e.job_id = f.job_id"
                + " and e.state = 'LEASED' join node n on n.id = e.node) as providers,"
                + " array(select r.job_id from replica r where r.parent = v.job_id and r.verdict = 'PAID'"
                + " order by r.number) as known_jobs,"
                + " array(select r.node_id from replica r where r.parent = v.job_id and r.verdict = 'PAID'"
                + " order by r.number) as known_nodes,"
                + " array(select r.provider from replica r where r.parent = v.job_id and r.verdict = 'PAID'"
                + " order by r.number) as known_providers,"
                + " (select n.capabilities from replica r join node n on n.id = r.node_id where r.parent = v.job_id"
                + " and r.verdict = 'PAID' order by r.number limit 1) as capabilities"
                + " from (select job_id, judged_at from verification where verdict = 'AGREED' and mode <> 'HASH'"
                + " and judged_at between now() - make_interval(secs => ?) and now() - make_interval(secs => ?)"
                + " order by judged_at desc limit ?) v"
                + " join job j on j.id = v.job_id join job_spec s on s.job_id = v.job_id"
                + " where j.workload = any(?)"
                + " and s.request->>'run' is null"
                + " and coalesce(s.request->'verification'->>'confidential', 'false') <> 'true'"
                + " and (select count(*) from replica r where r.parent = v.job_id and r.verdict = 'PAID'"
                + " and r.node_id is not null) between ? and ?"
                + " and not exists (select 1 from dispute d where d.job_id = v.job_id)"
                + " and (select count(*) from canary c where c.source = v.job_id) < ?"
                + " and not exists (select 1 from canary c where c.job_id = v.job_id"
                + " or (c.source = v.job_id and c.judgement in ('STALE', 'BOTH_WRONG')))"
                + " limit ?")) {
            new Columns(connection, select)
                    .set((double) policy.maxAge().toSeconds())
                    .set((double) policy.minAge().toSeconds())
                    .set(MAX_LOOKED_AT)
                    .texts(workloads, workload -> workload)
                    .set(policy.agreed())
                    .set(Canary.MAX_AGREED)
                    .set(policy.maxUses())
                    .set(MAX_CANDIDATES);
            var found = new ArrayList<Candidate>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(candidate(row));
                }
            }
            return found;
        }
    }

    private static Candidate candidate(ResultSet row) throws SQLException {
        JobRequest request = Json.own(row.getString("request"), JobRequest.class);
        BigInteger price = Columns.amount(row, "price");
        List<Voter> voters = voters(row);
        return new Candidate(
                new Canary.Known(
                        Columns.uuid(row, "job_id"),
                        row.getString("output_sha"),
                        Columns.uuidSet(row, "providers"),
                        voters.size(),
                        row.getInt("uses"),
                        Columns.requiredInstant(row, "judged_at")),
                new Original(
                        Columns.uuid(row, "job_id"),
                        Columns.uuid(row, "account_id"),
                        row.getString("workload"),
                        price,
                        row.getInt("priority"),
                        null),
                VerificationStore.need(request, price, row.getInt("max_runtime_s")),
                Fleet.DeterminismClass.of(Json.own(row.getString("capabilities"), MinerCapabilities.class)),
                request.inputs() == null
                        ? List.of()
                        : request.inputs().stream()
                                .map(InputRef::sha256)
                                .distinct()
                                .toList(),
                voters);
    }

    private static List<Voter> voters(ResultSet row) throws SQLException {
        UUID[] jobs = uuids(row.getArray("known_jobs"));
        UUID[] nodes = uuids(row.getArray("known_nodes"));
        UUID[] providers = uuids(row.getArray("known_providers"));
        var voters = new ArrayList<Voter>();
        for (int i = 0; i < jobs.length; i++) {
            voters.add(new Voter(jobs[i], nodes[i], providers[i]));
        }
        return List.copyOf(voters);
    }

    private static UUID[] uuids(Array array) throws SQLException {
        return (UUID[]) array.getArray();
    }

    /** Opens the judgement of a canary that was just queued. */
    static void open(
            Connection connection, UUID job, UUID payer, UUID node, UUID provider, Candidate of, Instant lookAt)
            throws SQLException {
        int agreed = of.voters().size();
        Quorum.Policy policy = Canary.quorum(agreed);
        try (var insert = connection.prepareStatement("insert into verification"
                + " (job_id, account_id, mode, replicas, quorum, max_replicas, held, look_at)"
                + " values (?, ?, 'REPLICATE', ?, ?, ?, ?, ?::timestamptz)")) {
            new Columns(connection, insert)
                    .set(job)
                    .set(payer)
                    .set(policy.replicas())
                    .set(policy.quorum())
                    .set(policy.max())
                    .set(new BigDecimal(held(of)))
                    .set(lookAt.toString());
            insert.executeUpdate();
        }
        VerificationStore.seat(connection, job, 0, job, node, provider);
        try (var insert = connection.prepareStatement("insert into canary"
                + " (job_id, source, node_id, answer, known_jobs, known_nodes, known_providers)"
                + " values (?, ?, ?, ?, ?, ?, ?)")) {
            new Columns(connection, insert)
                    .set(job)
                    .set(of.known().job())
                    .set(node)
                    .set(of.known().answer())
                    .uuids(of.voters(), Voter::job)
                    .uuids(of.voters(), Voter::node)
                    .uuids(of.voters(), Voter::provider);
            insert.executeUpdate();
        }
    }

    /** Set aside for those who are asked when the answer is another than the known one. */
    static BigInteger held(Candidate of) {
        return of.job().price().multiply(BigInteger.valueOf(of.voters().size()));
    }

    /** Of a row that has a canary's columns. */
    static Known known(ResultSet row) throws SQLException {
        return new Known(Columns.uuid(row, "source"), row.getString("answer"), voters(row));
    }

    /** All that ever had the job that a canary repeats, or one of its canaries. */
    static Set<UUID> providers(Connection connection, UUID source) throws SQLException {
        try (var select = connection.prepareStatement("with family as (select job_id, provider from replica"
                + " where parent = ? or parent in (select job_id from canary where source = ?))"
                + " select array(select provider from family where provider is not null union select n.account_id"
                + " from family f join job_event e on e.job_id = f.job_id and e.state = 'LEASED'"
                + " join node n on n.id = e.node) as providers")) {
            new Columns(connection, select).set(source).set(source);
            try (var row = select.executeQuery()) {
                row.next();
                return Columns.uuidSet(row, "providers");
            }
        }
    }

    static void judged(Connection connection, UUID job, Canary.Judgement judgement) throws SQLException {
        try (var update = connection.prepareStatement("update canary set judgement = ? where job_id = ?")) {
            new Columns(connection, update).set(judgement.name()).set(job);
            update.executeUpdate();
        }
    }
}
