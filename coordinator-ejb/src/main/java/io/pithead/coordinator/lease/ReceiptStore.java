package io.pithead.coordinator.lease;

import io.pithead.coordinator.lease.ReportBatch.Acceptance;
import io.pithead.coordinator.lease.ReportBatch.Proven;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.Receipt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;

/** What was accepted: results and receipts, many at a time. */
final class ReceiptStore {
    private ReceiptStore() {}

    /** What the proofs say, whether they are paid now or judged first. */
    static void insertResults(Connection connection, List<Proven> proven) throws SQLException {
        if (proven.isEmpty()) {
            return;
        }
        try (var insert = connection.prepareStatement(
                "insert into job_result (job_id, output, artifacts, metrics, claim)"
                        + " select * from unnest(?, ?::text[]::json[], ?::text[]::json[], ?::text[]::json[], ?::text[]::json[])")) {
            new Columns(connection, insert)
                    .uuids(proven, one -> one.job().id)
                    .texts(
                            proven,
                            one -> one.proof().output() == null
                                    ? null
                                    : Json.text(one.proof().output()))
                    .texts(proven, one -> Json.text(one.proof().artifacts()))
                    .texts(proven, one -> Json.text(one.proof().metrics()))
                    .texts(proven, one -> one.claim() == null ? null : Json.text(one.claim()));
            insert.executeUpdate();
        }
    }

    static void insertReceipts(Connection connection, List<Acceptance> accepted) throws SQLException {
        if (accepted.isEmpty()) {
            return;
        }
        try (var insert = connection.prepareStatement("insert into receipt"
                + " (job_id, receipt_id, provider, client, node_id, lease_token, output_sha, body)"
                + " select * from unnest(?, ?, ?, ?, ?, ?, ?, ?::text[]::json[])")) {
            new Columns(connection, insert)
                    .uuids(accepted, one -> one.job().id)
                    .uuids(accepted, one -> one.receipt().receiptId())
                    .uuids(accepted, Acceptance::provider)
                    .uuids(accepted, one -> one.job().account)
                    .uuids(accepted, one -> one.job().node)
                    .longs(accepted, one -> one.job().token)
                    .texts(accepted, one -> one.proof().outputSha())
                    .texts(accepted, one -> Json.text(one.receipt()));
            insert.executeUpdate();
        }
    }

    static Map<UUID, Receipt> find(Connection connection, List<UUID> jobs) throws SQLException {
        var receipts = new HashMap<UUID, Receipt>();
        if (jobs.isEmpty()) {
            return receipts;
        }
        try (var select =
                connection.prepareStatement("select job_id, body from receipt where job_id = any(?) and slice = 0")) {
            new Columns(connection, select).uuids(jobs, id -> id);
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    receipts.put(Columns.uuid(rows, "job_id"), Json.own(rows.getString("body"), Receipt.class));
                }
            }
        }
        return receipts;
    }

    /** Those of these whose sender held a lease of the job at some time: they are told so, others learn nothing. */
    static Set<Report> onceHeld(Connection connection, List<Report> reports) throws SQLException {
        if (reports.isEmpty()) {
            return Set.of();
        }
        try (var select = connection.prepareStatement("select r.at from unnest(?, ?, ?) r(at, job_id, sender)"
                + " where exists (select 1 from job_event e join node n on n.id = e.node and n.account_id = r.sender"
                + " where e.job_id = r.job_id and e.state = 'LEASED')")) {
            new Columns(connection, select)
                    .ints(IntStream.range(0, reports.size()).boxed().toList(), at -> at)
                    .uuids(reports, Report::job)
                    .uuids(reports, Report::sender);
            var held = new HashSet<Report>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    held.add(reports.get(rows.getInt("at")));
                }
            }
            return held;
        }
    }
}
