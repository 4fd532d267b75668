package io.pithead.coordinator.lease;

import io.pithead.coordinator.lease.ReportBatch.Acceptance;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.Receipt;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** What was accepted: results and receipts, many at a time. */
final class ReceiptStore {
    private ReceiptStore() {}

    static void insert(Connection connection, List<Acceptance> accepted) throws SQLException {
        if (accepted.isEmpty()) {
            return;
        }
        try (var insert = connection.prepareStatement("insert into job_result (job_id, output, artifacts, metrics)"
                + " select * from unnest(?, ?::text[]::json[], ?::text[]::json[], ?::text[]::json[])")) {
            new Columns(connection, insert)
                    .uuids(accepted, one -> one.job().id)
                    .texts(
                            accepted,
                            one -> one.proof().output() == null
                                    ? null
                                    : Json.text(one.proof().output()))
                    .texts(accepted, one -> Json.text(one.proof().artifacts()))
                    .texts(accepted, one -> Json.text(one.proof().metrics()));
            insert.executeUpdate();
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

    /** Which of these senders held a lease of the job at some time: they are told so, others learn nothing. */
    static Map<Report, Boolean> onceHeld(Connection connection, List<Report> reports) throws SQLException {
        var held = new HashMap<Report, Boolean>();
        for (Report report : reports) {
            try (var select = connection.prepareStatement("select exists (select 1 from job_event e join node n"
                    + " on e.actor = 'node:' || n.miner_id and n.account_id = ?"
                    // a node of the same name that came later is somebody else's
                    + " and n.created_at <= e.at where e.job_id = ? and e.state = 'LEASED')")) {
                select.setObject(1, report.sender());
                select.setObject(2, report.job());
                try (var row = select.executeQuery()) {
                    row.next();
                    held.put(report, row.getBoolean(1));
                }
            }
        }
        return held;
    }
}
