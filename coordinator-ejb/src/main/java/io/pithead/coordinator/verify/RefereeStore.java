package io.pithead.coordinator.verify;

import static io.pithead.coordinator.platform.Columns.instant;
import static io.pithead.coordinator.platform.Columns.requiredInstant;
import static io.pithead.coordinator.platform.Columns.uuid;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.job.ProofClaim;
import io.pithead.protocol.job.RefereeCase;
import io.pithead.protocol.job.RefereeOffer;
import io.pithead.protocol.job.WorkRequest;
import io.pithead.protocol.json.Json;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of cases for validators. */
final class RefereeStore {
    /** No party of a case sees it as a validator: neither its buyer nor who has a replica. */
    private static final String NO_PARTY = " not exists (select 1 from verification v where v.job_id = c.job_id"
            + " and v.account_id = ?) and not exists (select 1 from replica r join job j on j.id = r.job_id"
            + " left join node n on n.id = j.lease_node where r.parent = c.job_id and ? in (r.provider, n.account_id))";

    private RefereeStore() {}

    /** @param answer that so many found as are wanted */
    record Asked(Instant until, @Nullable String answer) {}

    static Optional<Asked> asked(Connection connection, UUID job) throws SQLException {
        try (var select = connection.prepareStatement("select c.until, (select f.output_sha from finding f"
                + " where f.job_id = c.job_id group by f.output_sha having count(*) >= c.wanted"
                + " order by min(f.brought_at) limit 1) as answer from referee_case c where c.job_id = ?")) {
            new Columns(connection, select).set(job);
            try (var row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Asked(requiredInstant(row, "until"), row.getString("answer")))
                        : Optional.empty();
            }
        }
    }

    /**
     * What validators may be given of a job: nothing where its buyer keeps the request to its replicas, or where it has files.
     *
     * @param unasked whether its buyer did not ask for a referee: then jobs of a run stay with its nodes
     */
    static Optional<Given> request(Connection connection, UUID job, boolean unasked) throws SQLException {
        try (var select = connection.prepareStatement("select request from job_spec where job_id = ?")) {
            new Columns(connection, select).set(job);
            try (var row = select.executeQuery()) {
                return row.next()
                        ? given(Json.own(row.getString("request"), JobRequest.class), unasked)
                        : Optional.empty();
            }
        }
    }

    /** What a validator does: it names no more of a job than its output follows from, and beside it what that may cost. */
    record Given(WorkRequest work, @Nullable JobLimits limits) {}

    private static Optional<Given> given(JobRequest request, boolean unasked) {
        boolean kept = request.judged()
                .map(verification -> Boolean.TRUE.equals(verification.confidential()))
                .orElse(true);
        boolean files = request.inputs() != null && !request.inputs().isEmpty();
        if (kept || files || (unasked && request.run() != null)) {
            return Optional.empty();
        }
        return Optional.of(
                new Given(WorkRequest.of(request.workload(), request.params(), request.payload()), request.limits()));
    }

    /** Of a job that is judged already, as a charge's, a case may be there: it is open again, and what was found of it stands. */
    static void open(Connection connection, UUID job, String workload, Given given, int wanted, Instant until)
            throws SQLException {
        try (var insert = connection.prepareStatement("insert into referee_case as c"
                + " (job_id, workload, request, limits, wanted, until) values (?, ?, ?, ?::json, ?, ?::timestamptz)"
                + " on conflict (job_id) do update set decided_at = null, until = greatest(c.until, excluded.until)")) {
            new Columns(connection, insert)
                    .set(job)
                    .set(workload)
                    .set(given.work().text())
                    .set(given.limits() == null ? null : Json.text(given.limits()))
                    .set(wanted)
                    .set(until.toString());
            insert.executeUpdate();
        }
    }

    /** Whatever became of the job. */
    static void close(Connection connection, UUID job) throws SQLException {
        try (var update = connection.prepareStatement(
                "update referee_case set decided_at = now() where job_id = ? and decided_at is null")) {
            new Columns(connection, update).set(job);
            update.executeUpdate();
        }
    }

    /** What an account that is no party has not found yet. */
    static List<RefereeOffer> offers(Connection connection, UUID account, @Nullable UUID after, int limit)
            throws SQLException {
        try (var select = connection.prepareStatement("select c.job_id, c.workload, c.until from referee_case c"
                + " where c.decided_at is null and c.until > now() and (?::uuid is null or c.job_id > ?)"
                + " and not exists (select 1 from finding f where f.job_id = c.job_id and f.account_id = ?) and"
                + NO_PARTY + " order by c.job_id limit ?")) {
            new Columns(connection, select)
                    .set(after)
                    .set(after)
                    .set(account)
                    .set(account)
                    .set(account)
                    .set(limit);
            var offers = new ArrayList<RefereeOffer>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    offers.add(new RefereeOffer(
                            uuid(row, "job_id"), row.getString("workload"), requiredInstant(row, "until")));
                }
            }
            return offers;
        }
    }

    /** A case as it stands, locked against others' findings until the transaction's end; none for a party of it. */
    static Optional<Locked> lock(Connection connection, UUID account, UUID job) throws SQLException {
        try (var select =
                connection.prepareStatement("select c.*, now() as now from referee_case c where c.job_id = ? and"
                        + NO_PARTY + " for no key update")) {
            new Columns(connection, select).set(job).set(account).set(account);
            try (var row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Locked(
                                row.getString("request"),
                                limits(row.getString("limits")),
                                requiredInstant(row, "opened_at"),
                                requiredInstant(row, "until"),
                                instant(row, "decided_at"),
                                requiredInstant(row, "now")))
                        : Optional.empty();
            }
        }
    }

    private static @Nullable JobLimits limits(@Nullable String kept) {
        return kept == null ? null : Json.own(kept, JobLimits.class);
    }

    record Locked(
            String request,
            @Nullable JobLimits limits,
            Instant openedAt,
            Instant until,
            @Nullable Instant decidedAt,
            Instant now) {
        boolean isOver() {
            return decidedAt != null || !now.isBefore(until);
        }

        RefereeCase view(
                UUID id,
                @Nullable Finding own,
                @Nullable List<RefereeCase.Answer> answers,
                @Nullable List<Finding> others) {
            return new RefereeCase(id, request, limits, openedAt, until, decidedAt, own, answers, others);
        }
    }

    record Brought(UUID account, Finding finding) {}

    static List<Brought> findings(Connection connection, UUID job) throws SQLException {
        try (var select = connection.prepareStatement(
                "select account_id, document from finding where job_id = ? order by brought_at, validator")) {
            new Columns(connection, select).set(job);
            var findings = new ArrayList<Brought>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    findings.add(
                            new Brought(uuid(row, "account_id"), Json.own(row.getString("document"), Finding.class)));
                }
            }
            return findings;
        }
    }

    static List<RefereeCase.Answer> answers(Connection connection, UUID job) throws SQLException {
        try (var select = connection.prepareStatement("select r.number, j.output_sha, s.claim from replica r"
                + " join job j on j.id = r.job_id join job_result s on s.job_id = r.job_id"
                + " where r.parent = ? and j.output_sha is not null order by r.number")) {
            new Columns(connection, select).set(job);
            var answers = new ArrayList<RefereeCase.Answer>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    String claim = row.getString("claim");
                    answers.add(new RefereeCase.Answer(
                            row.getInt("number"),
                            row.getString("output_sha"),
                            claim == null ? null : Json.own(claim, ProofClaim.class)));
                }
            }
            return answers;
        }
    }

    /** False when another account brought one of the same validator. Who judges the job, or a charge, hears of it with the commit. */
    static boolean insert(Connection connection, UUID account, Finding finding) throws SQLException {
        try (var insert = connection.prepareStatement("with f as (insert into finding"
                + " (job_id, account_id, validator, output_sha, document) values (?, ?, ?, ?, ?)"
                + " on conflict do nothing returning job_id),"
                + " c as (update charge set look_at = now() where look_at < 'infinity'"
                + " and id in (select a.charge_id from charged_answer a join f on f.job_id = a.case_id))"
                + " insert into verification_nudge (job_id) select job_id from f")) {
            new Columns(connection, insert)
                    .set(finding.job())
                    .set(account)
                    .set(finding.validator())
                    .set(finding.outputSha())
                    .set(Json.text(finding));
            return insert.executeUpdate() == 1;
        }
    }

    /** For the record of a decision. */
    static void tell(Connection connection, UUID job, ArrayNode evidence) throws SQLException {
        for (Brought one : findings(connection, job)) {
            evidence.addObject().set("finding", Json.toTree(one.finding()));
        }
    }
}
