package io.pithead.coordinator.verify;

import static io.pithead.coordinator.platform.Columns.instant;
import static io.pithead.coordinator.platform.Columns.requiredInstant;
import static io.pithead.coordinator.platform.Columns.uuid;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.CoordinatorException;
import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.platform.Database;
import io.pithead.protocol.Page;
import io.pithead.protocol.admin.Disagreement;
import io.pithead.protocol.error.ErrorCode;
import io.pithead.protocol.job.JobState;
import io.pithead.protocol.job.ProofClaim;
import io.pithead.protocol.job.Verification;
import io.pithead.protocol.job.VerificationView;
import io.pithead.protocol.job.VerificationView.Replica;
import io.pithead.protocol.job.VerificationView.Verdict;
import io.pithead.protocol.json.Json;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What buyers and the operator see of judging. */
@ApplicationScoped
public class VerificationFacade {
    @Inject
    Database database;

    /** Another account's job is not found, and neither is one that is not verified. */
    public VerificationView view(UUID account, UUID job) {
        return database.inTransaction(connection -> {
            List<Replica> items = items(connection, job);
            try (var select = connection.prepareStatement("select v.*, j.state from verification v"
                    + " join job j on j.id = v.job_id where v.job_id = ? and v.account_id = ?")) {
                new Columns(connection, select).set(job).set(account);
                try (var row = select.executeQuery()) {
                    if (!row.next()) {
                        throw new CoordinatorException(
                                ErrorCode.JOB_NOT_FOUND, "There is no such job that is verified.");
                    }
                    return view(row, items);
                }
            }
        });
    }

    private static VerificationView view(ResultSet row, List<Replica> items) throws SQLException {
        String verdict = row.getString("verdict");
        UUID result = row.getObject("result_job", UUID.class);
        return new VerificationView(
                uuid(row, "job_id"),
                JobState.valueOf(row.getString("state")),
                Verification.Mode.valueOf(row.getString("mode")),
                row.getInt("replicas"),
                row.getInt("quorum"),
                row.getInt("max_replicas"),
                verdict == null ? null : Verdict.valueOf(verdict),
                row.getString("reason"),
                number(items, result),
                instant(row, "deadline"),
                instant(row, "judged_at"),
                items);
    }

    private static @Nullable Integer number(List<Replica> items, @Nullable UUID job) {
        return items.stream()
                .filter(item -> item.job().equals(job))
                .map(Replica::number)
                .findFirst()
                .orElse(null);
    }

    private static List<Replica> items(Connection connection, UUID job) throws SQLException {
        // a job that has another one's result has its digest, too: what its own miner answered is in the decision
        try (var select = connection.prepareStatement("select r.number, r.job_id, r.verdict, j.state,"
                + " case when r.job_id = r.parent and v.result_job <> r.job_id then (select e ->> 'output_sha'"
                + " from (select evidence from verification_decision where job_id = r.parent and decision = 'AGREED'"
                + " order by id desc limit 1) d, json_array_elements(d.evidence) e where e ->> 'number' = '0')"
                + " else j.output_sha end as output_sha,"
                + " case when v.verdict is not null then s.claim end as claim from replica r join job j on j.id = r.job_id"
                + " join verification v on v.job_id = r.parent left join job_result s on s.job_id = r.job_id"
                + " where r.parent = ? order by r.number")) {
            new Columns(connection, select).set(job);
            var items = new ArrayList<Replica>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    items.add(new Replica(
                            row.getInt("number"),
                            uuid(row, "job_id"),
                            JobState.valueOf(row.getString("state")),
                            row.getString("output_sha"),
                            row.getString("verdict"),
                            claim(row.getString("claim"))));
                }
            }
            return items;
        }
    }

    private static @Nullable ProofClaim claim(@Nullable String kept) {
        return kept == null ? null : Json.own(kept, ProofClaim.class);
    }

    /** Decisions about jobs whose replicas did not all agree, newest first, of everybody. */
    public Page<Disagreement> disagreements(int limit, @Nullable UUID before) {
        List<Disagreement> found = database.withConnection(connection -> disagreements(connection, limit + 1, before));
        boolean more = found.size() > limit;
        List<Disagreement> page = more ? found.subList(0, limit) : found;
        return new Page<>(page, more ? page.getLast().id().toString() : null);
    }

    private static List<Disagreement> disagreements(Connection connection, int limit, @Nullable UUID before)
            throws SQLException {
        try (var select = connection.prepareStatement("select * from verification_decision where disagreement"
                + " and (?::uuid is null or id < ?) order by id desc limit ?")) {
            new Columns(connection, select).set(before).set(before).set(limit);
            var found = new ArrayList<Disagreement>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Disagreement(
                            uuid(row, "id"),
                            uuid(row, "job_id"),
                            requiredInstant(row, "at"),
                            row.getString("decision"),
                            row.getString("reason"),
                            Json.own(row.getString("evidence"), JsonNode.class)));
                }
            }
            return found;
        }
    }
}
