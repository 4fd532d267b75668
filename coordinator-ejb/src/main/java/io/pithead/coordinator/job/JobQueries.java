package io.pithead.coordinator.job;

import static io.pithead.coordinator.platform.Columns.instant;
import static io.pithead.coordinator.platform.Columns.nullableInt;
import static io.pithead.coordinator.platform.Columns.nullableLong;
import static io.pithead.coordinator.platform.Columns.requiredInstant;
import static io.pithead.coordinator.platform.Columns.uuid;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.Page;
import io.pithead.protocol.job.DisputeView;
import io.pithead.protocol.job.InputRef;
import io.pithead.protocol.job.JobEvent;
import io.pithead.protocol.job.JobRequest;
import io.pithead.protocol.job.JobResult;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.JobView;
import io.pithead.protocol.job.JobView.JobError;
import io.pithead.protocol.job.Verification;
import io.pithead.protocol.job.VerificationView;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.receipt.Receipt;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a buyer reads of its jobs; every query names the account. */
final class JobQueries {
    /** Jobs looked at for one page when a workload is asked for: a page's cost does not depend on how rare it is. */
    private static final int MAX_SCANNED = 2_000;

    private static final String VIEW = "select j.*, s.request, n.miner_id, v.verdict,"
            // replicas of a dispute repeat the disputed job
            + " coalesce((select disputed from verification p where j.kind = 'REPLICA' and p.job_id = j.parent), j.parent)"
            + " as replica_of from job j"
            + " join job_spec s on s.job_id = j.id left join node n on n.id = j.lease_node"
            + " left join verification v on j.verification is not null and v.job_id = j.id";

    /** Of a job, or of the one of its replicas whose result it has. */
    private static final String RESULT_OF = "coalesce((select result_job from verification where job_id = ?), ?)";

    private static final String RECEIPTS = "select r.body, w.at as withdrawn_at from receipt r left join ledger_entry w"
            + " on w.job_id = r.job_id and w.slice = r.slice and w.reason = 'WITHDRAWN'";

    private JobQueries() {}

    static Optional<JobView> view(Connection connection, UUID account, UUID job) throws SQLException {
        try (var select = connection.prepareStatement(VIEW + " where j.id = ? and j.account_id = ?")) {
            select.setObject(1, job);
            select.setObject(2, account);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(view(row)) : Optional.empty();
            }
        }
    }

    static Page<JobView> page(
            Connection connection,
            UUID account,
            @Nullable JobState state,
            @Nullable String workload,
            int limit,
            @Nullable UUID before)
            throws SQLException {
        List<UUID> scanned = JobScan.of(connection, account, state, before, workload == null ? limit + 1 : MAX_SCANNED);
        int look = workload == null ? Math.min(limit, scanned.size()) : scanned.size();
        var items = new ArrayList<JobView>();
        UUID last = null;
        try (var select = connection.prepareStatement(
                VIEW
                        + " where j.id = any(?) and j.account_id = ? and (?::text is null or j.workload = ?) order by j.id desc limit ?")) {
            new Columns(connection, select)
                    .uuids(scanned.subList(0, look), id -> id)
                    .set(account)
                    .set(workload)
                    .set(workload)
                    .set(limit);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    items.add(view(rows));
                    last = uuid(rows, "id");
                }
            }
        }
        if (items.size() < limit && !scanned.isEmpty()) {
            last = scanned.get(look - 1);
        }
        boolean more =
                workload == null ? scanned.size() > limit : scanned.size() == MAX_SCANNED || items.size() == limit;
        return new Page<>(items, more && last != null ? last.toString() : null);
    }

    static List<JobEvent> history(Connection connection, UUID job, int afterSeq) throws SQLException {
        try (var select =
                connection.prepareStatement("select * from job_event where job_id = ? and seq > ? order by seq")) {
            select.setObject(1, job);
            select.setInt(2, afterSeq);
            var events = new ArrayList<JobEvent>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    events.add(new JobEvent(
                            rows.getInt("seq"),
                            JobState.valueOf(rows.getString("state")),
                            requiredInstant(rows, "at"),
                            rows.getString("actor"),
                            rows.getInt("attempt"),
                            nullableLong(rows, "lease"),
                            rows.getString("reason")));
                }
            }
            return events;
        }
    }

    static Optional<JobResult> result(Connection connection, UUID job) throws SQLException {
        try (var select = connection.prepareStatement(
                "select r.output, r.artifacts, r.metrics, c.body, c.output_sha, d.id as dispute, d.outcome from job_result r"
                        + " join receipt c on c.job_id = r.job_id and c.slice = 0"
                        + " left join dispute d on d.job_id = ? where r.job_id = " + RESULT_OF)) {
            select.setObject(1, job);
            select.setObject(2, job);
            select.setObject(3, job);
            try (var row = select.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                String output = row.getString("output");
                return Optional.of(new JobResult(
                        job,
                        JobState.COMPLETED,
                        output == null ? null : Json.own(output, JsonNode.class),
                        row.getString("output_sha"),
                        List.of(Json.own(row.getString("artifacts"), InputRef[].class)),
                        Json.own(row.getString("metrics"), JsonNode.class),
                        Json.own(row.getString("body"), Receipt.class),
                        dispute(row)));
            }
        }
    }

    private static DisputeView.@Nullable State dispute(ResultSet row) throws SQLException {
        if (row.getString("dispute") == null) {
            return null;
        }
        String outcome = row.getString("outcome");
        return outcome == null ? DisputeView.State.OPEN : DisputeView.State.valueOf(outcome);
    }

    /** Not signed when it was withdrawn. */
    static Optional<Receipt> receipt(Connection connection, UUID job) throws SQLException {
        try (var select = connection.prepareStatement(RECEIPTS + " where r.slice = 0 and r.job_id = " + RESULT_OF)) {
            select.setObject(1, job);
            select.setObject(2, job);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(receipt(row)) : Optional.empty();
            }
        }
    }

    private static Receipt receipt(ResultSet row) throws SQLException {
        Receipt receipt = Json.own(row.getString("body"), Receipt.class);
        Instant withdrawnAt = instant(row, "withdrawn_at");
        return withdrawnAt == null ? receipt : receipt.withdrawn(withdrawnAt);
    }

    /** Those that were withdrawn are not signed. */
    static List<Receipt> receipts(Connection connection, UUID job, int limit, @Nullable UUID after)
            throws SQLException {
        try (var select = connection.prepareStatement(RECEIPTS + " where r.job_id = ?"
                + " and (?::uuid is null or r.receipt_id > ?) order by r.receipt_id limit ?")) {
            new Columns(connection, select).set(job).set(after).set(after).set(limit);
            var receipts = new ArrayList<Receipt>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    receipts.add(receipt(row));
                }
            }
            return receipts;
        }
    }

    private static JobView view(ResultSet row) throws SQLException {
        JobRequest request = Json.own(row.getString("request"), JobRequest.class);
        String errorCode = row.getString("error_code");
        return new JobView(
                uuid(row, "id"),
                JobState.valueOf(row.getString("state")),
                request.workload(),
                request.params(),
                request.payload(),
                request.constraints(),
                request.limits(),
                request.run(),
                row.getInt("priority"),
                Money.format(Columns.amount(row, "price")),
                row.getInt("attempt"),
                row.getInt("max_attempts"),
                row.getString("miner_id"),
                nullableInt(row, "percent"),
                row.getString("note"),
                row.getString("output_sha"),
                errorCode == null ? null : new JobError(errorCode, orEmpty(row.getString("error_message"))),
                requiredInstant(row, "submitted_at"),
                row.getBoolean("waiting") ? instant(row, "ready_at") : null,
                requiredInstant(row, "expires_at"),
                instant(row, "deadline"),
                instant(row, "started_at"),
                instant(row, "finished_at"),
                judging(row),
                "REPLICA".equals(row.getString("kind")) ? uuid(row, "replica_of") : null);
    }

    private static JobView.@Nullable Judging judging(ResultSet row) throws SQLException {
        String mode = row.getString("verification");
        String verdict = row.getString("verdict");
        return mode == null
                ? null
                : new JobView.Judging(
                        Verification.Mode.valueOf(mode),
                        verdict == null ? null : VerificationView.Verdict.valueOf(verdict));
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
