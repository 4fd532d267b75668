package io.pithead.coordinator.verify;

import static io.pithead.coordinator.platform.Columns.instant;
import static io.pithead.coordinator.platform.Columns.requiredInstant;
import static io.pithead.coordinator.platform.Columns.uuid;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.verify.core.ChargePolicy;
import io.pithead.protocol.job.Charge;
import io.pithead.protocol.job.ChargeView;
import io.pithead.protocol.job.Finding;
import io.pithead.protocol.job.ProofClaim;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.Address;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of charges. Whoever locks cases and a charge locks the cases first, in the order of their ids. */
final class ChargeStore {
    private static final String SELECT = "select c.*,"
            + " (select count(*) from charged_answer a where a.charge_id = c.id) as charged from charge c";

    /** Nobody judges a node of its own. */
    private static final String OF_OTHERS =
            " not exists (select 1 from node n where n.id = c.node_id and n.account_id = ?)";

    private ChargeStore() {}

    // opening --------------------------------------------------------------------------------------------------------

    static List<UUID> due(Connection connection, int limit) throws SQLException {
        try (var select = connection.prepareStatement(
                "select node_id from charge_due where since <= now() order by since limit ?")) {
            new Columns(connection, select).set(limit);
            return ids(select);
        }
    }

    /** False when another instance did. */
    static boolean take(Connection connection, UUID node) throws SQLException {
        try (var delete = connection.prepareStatement("delete from charge_due where node_id = ?")) {
            new Columns(connection, delete).set(node);
            return delete.executeUpdate() == 1;
        }
    }

    static void comeAgain(Connection connection, UUID node) throws SQLException {
        try (var update = connection.prepareStatement(
                "update charge_due set since = now() + interval '30 s' where node_id = ?")) {
            new Columns(connection, update).set(node);
            update.executeUpdate();
        }
    }

    /** True where an earlier charge is open; the node is due again when its time is over. */
    static boolean waitForOpen(Connection connection, UUID node) throws SQLException {
        try (var insert = connection.prepareStatement("insert into charge_due (node_id, since)"
                + " select node_id, max(until) from charge where node_id = ? and outcome is null group by node_id")) {
            new Columns(connection, insert).set(node);
            return insert.executeUpdate() == 1;
        }
    }

    /** @param request as an earlier case of the job has it */
    record Wrong(
            UUID parent,
            UUID job,
            String workload,
            int maxRuntimeS,
            ProofClaim claim,
            @Nullable String request) {}

    /** What the node signed, and judges found wrong by other answers to the same job; latest first. What was charged before is not again. */
    static List<Wrong> wrong(Connection connection, UUID node, int limit) throws SQLException {
        try (var select = connection.prepareStatement(
                "select r.parent, r.job_id, j.workload, j.max_runtime_s, s.claim, c.request from replica r"
                        + " join verification v on v.job_id = r.parent and v.disputed is null and v.verdict is not null"
                        + " join job j on j.id = r.job_id join job_result s on s.job_id = r.job_id"
                        + " left join referee_case c on c.job_id = r.parent"
                        + " where r.node_id = ? and r.verdict = 'DISSENTED' and s.claim is not null"
                        + " and not exists (select 1 from charged_answer a where a.job_id = r.job_id)"
                        + " order by r.job_id desc limit ?")) {
            new Columns(connection, select).set(node).set(limit);
            var found = new ArrayList<Wrong>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Wrong(
                            uuid(row, "parent"),
                            uuid(row, "job_id"),
                            row.getString("workload"),
                            row.getInt("max_runtime_s"),
                            claim(row),
                            row.getString("request")));
                }
            }
            return found;
        }
    }

    static void open(Connection connection, ChargeRounds.Opening opening) throws SQLException {
        try (var insert =
                connection.prepareStatement("insert into charge (id, node_id, address, until, wanted, look_at)"
                        + " values (?, ?, ?, ?::timestamptz, ?, ?::timestamptz)")) {
            new Columns(connection, insert)
                    .set(opening.id())
                    .set(opening.node())
                    .set(opening.address())
                    .set(opening.until().toString())
                    .set(opening.wanted())
                    .set(opening.until().toString());
            insert.executeUpdate();
        }
        try (var insert = connection.prepareStatement(
                "insert into charged_answer (charge_id, number, case_id, job_id, claim) values (?, ?, ?, ?, ?::json)")) {
            for (int i = 0; i < opening.answers().size(); i++) {
                Wrong answer = opening.answers().get(i);
                new Columns(connection, insert)
                        .set(opening.id())
                        .set(i)
                        .set(answer.parent())
                        .set(answer.job())
                        .set(Json.text(answer.claim()));
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    // deciding -------------------------------------------------------------------------------------------------------

    static List<UUID> toLookAt(Connection connection, int limit) throws SQLException {
        try (var select =
                connection.prepareStatement("select id from charge where look_at <= now() order by look_at limit ?")) {
            new Columns(connection, select).set(limit);
            return ids(select);
        }
    }

    /** One that is to be looked at, locked with its cases. */
    record Open(UUID id, UUID node, Instant openedAt, int wanted, boolean decided, boolean over) {}

    static Optional<Open> lock(Connection connection, UUID id) throws SQLException {
        try (var cases = connection.prepareStatement("select job_id from referee_case where job_id in"
                + " (select case_id from charged_answer where charge_id = ?) order by job_id for no key update")) {
            new Columns(connection, cases).set(id);
            cases.execute();
        }
        try (var select = connection.prepareStatement("select *, until <= now() as over from charge"
                + " where id = ? and look_at <= now() for no key update skip locked")) {
            new Columns(connection, select).set(id);
            try (var row = select.executeQuery()) {
                return row.next()
                        ? Optional.of(new Open(
                                id,
                                uuid(row, "node_id"),
                                requiredInstant(row, "opened_at"),
                                row.getInt("wanted"),
                                row.getString("outcome") != null,
                                row.getBoolean("over")))
                        : Optional.empty();
            }
        }
    }

    static List<ChargePolicy.Answer> answers(Connection connection, Open charge) throws SQLException {
        try (var select = connection.prepareStatement("select a.claim, (select f.output_sha from finding f"
                + " where f.job_id = a.case_id group by f.output_sha having count(*) >= ?"
                + " order by min(f.brought_at) limit 1) as found from charged_answer a where a.charge_id = ?")) {
            new Columns(connection, select).set(charge.wanted()).set(charge.id());
            var answers = new ArrayList<ChargePolicy.Answer>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    answers.add(new ChargePolicy.Answer(
                            claim(row).outputSha(), Optional.ofNullable(row.getString("found"))));
                }
            }
            return answers;
        }
    }

    static void tally(Connection connection, Open charge, ChargePolicy.Tally tally) throws SQLException {
        String outcome = tally.outcome().map(Enum::name).orElse(null);
        try (var update = connection.prepareStatement("update charge set wrong = ?, \"right\" = ?, outcome = ?,"
                + " closed_at = case when ?::text is not null then now() end where id = ?")) {
            new Columns(connection, update)
                    .set(tally.wrong())
                    .set(tally.right())
                    .set(outcome)
                    .set(outcome)
                    .set(charge.id());
            update.executeUpdate();
        }
    }

    /** Until somebody finds more, or its time is over. */
    static void sleep(Connection connection, Open charge) throws SQLException {
        try (var update = connection.prepareStatement("update charge set look_at = until where id = ?")) {
            new Columns(connection, update).set(charge.id());
            update.executeUpdate();
        }
    }

    /** For ever; what was found stays with it. */
    static void end(Connection connection, Open charge) throws SQLException {
        try (var answers = connection.prepareStatement("update charged_answer a set findings = (select"
                        + " coalesce(json_agg(f.document::json order by f.brought_at, f.validator), '[]'::json)"
                        + " from finding f where f.job_id = a.case_id) where a.charge_id = ?");
                var update = connection.prepareStatement("update charge set look_at = 'infinity' where id = ?")) {
            new Columns(connection, answers).set(charge.id());
            answers.executeUpdate();
            new Columns(connection, update).set(charge.id());
            update.executeUpdate();
        }
    }

    static void putOff(Connection connection, UUID id) throws SQLException {
        try (var update = connection.prepareStatement(
                "update charge set look_at = now() + interval '30 s' where id = ? and look_at < 'infinity'")) {
            new Columns(connection, update).set(id);
            update.executeUpdate();
        }
    }

    // views ----------------------------------------------------------------------------------------------------------

    /** Newest first. */
    static List<ChargeView> list(Connection connection, @Nullable Address node, @Nullable UUID before, int limit)
            throws SQLException {
        String where = node == null ? "" : " and c.address = ?";
        try (var select = connection.prepareStatement(
                SELECT + " where (?::uuid is null or c.id < ?)" + where + " order by c.id desc limit ?")) {
            var columns = new Columns(connection, select).set(before).set(before);
            if (node != null) {
                columns.set(node.text());
            }
            columns.set(limit);
            var found = new ArrayList<ChargeView>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(view(row, null));
                }
            }
            return found;
        }
    }

    /** With its answers once its time is over: before, one validator's finding is no other's business. */
    static Optional<ChargeView> find(Connection connection, UUID id) throws SQLException {
        List<ChargeView.Answer> answers = ended(connection, id);
        try (var select = connection.prepareStatement(SELECT + " where c.id = ?")) {
            new Columns(connection, select).set(id);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(view(row, answers.isEmpty() ? null : answers)) : Optional.empty();
            }
        }
    }

    private static List<ChargeView.Answer> ended(Connection connection, UUID id) throws SQLException {
        try (var select = connection.prepareStatement("select claim, findings from charged_answer"
                + " where charge_id = ? and findings is not null order by number")) {
            new Columns(connection, select).set(id);
            var answers = new ArrayList<ChargeView.Answer>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    answers.add(new ChargeView.Answer(
                            claim(row), List.of(Json.own(row.getString("findings"), Finding[].class))));
                }
            }
            return answers;
        }
    }

    private static ChargeView view(ResultSet row, @Nullable List<ChargeView.Answer> answers) throws SQLException {
        String outcome = row.getString("outcome");
        return new ChargeView(
                uuid(row, "id"),
                row.getString("address"),
                requiredInstant(row, "opened_at"),
                requiredInstant(row, "until"),
                row.getInt("charged"),
                row.getInt("wrong"),
                row.getInt("right"),
                outcome == null ? null : ChargeView.Outcome.valueOf(outcome),
                instant(row, "closed_at"),
                answers);
    }

    // for validators -------------------------------------------------------------------------------------------------

    /** What the account may judge and has not attested yet, oldest first. */
    static List<Charge> offers(Connection connection, UUID account, @Nullable UUID after, int limit)
            throws SQLException {
        try (var select = connection.prepareStatement(SELECT + " where c.until > now() and" + OF_OTHERS
                + " and (?::uuid is null or c.id > ?) and not exists (select 1 from attestation t"
                + " join validator_account v on v.chain_id = t.chain_id and v.address = t.validator"
                + " where t.challenge_id = c.id and v.account_id = ?) order by c.id limit ?")) {
            new Columns(connection, select)
                    .set(account)
                    .set(after)
                    .set(after)
                    .set(account)
                    .set(limit);
            var found = new ArrayList<Charge>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(charge(row, List.of()));
                }
            }
            Map<UUID, List<Charge.Answer>> answers =
                    claims(connection, found.stream().map(Charge::id).toList());
            return found.stream()
                    .map(one -> new Charge(
                            one.id(),
                            one.node(),
                            one.openedAt(),
                            one.until(),
                            answers.getOrDefault(one.id(), List.of())))
                    .toList();
        }
    }

    /** Also one whose time is over: a validator that was away has judged by what it had. None to the node's own account. */
    static Optional<Charge> ofOthers(Connection connection, UUID account, UUID id) throws SQLException {
        List<Charge.Answer> answers = claims(connection, List.of(id)).getOrDefault(id, List.of());
        try (var select = connection.prepareStatement(SELECT + " where c.id = ? and" + OF_OTHERS)) {
            new Columns(connection, select).set(id).set(account);
            try (var row = select.executeQuery()) {
                return row.next() ? Optional.of(charge(row, answers)) : Optional.empty();
            }
        }
    }

    /** What the account found of the charge's answers, by case. */
    static Map<UUID, Finding> findings(Connection connection, UUID account, UUID id) throws SQLException {
        try (var select = connection.prepareStatement("select f.document from charged_answer a"
                + " join finding f on f.job_id = a.case_id where a.charge_id = ? and f.account_id = ?")) {
            new Columns(connection, select).set(id).set(account);
            var findings = new HashMap<UUID, Finding>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    Finding finding = Json.own(row.getString("document"), Finding.class);
                    findings.put(finding.job(), finding);
                }
            }
            return findings;
        }
    }

    private static Map<UUID, List<Charge.Answer>> claims(Connection connection, List<UUID> charges)
            throws SQLException {
        try (var select = connection.prepareStatement("select charge_id, case_id, claim from charged_answer"
                + " where charge_id = any(?) order by charge_id, number")) {
            new Columns(connection, select).uuids(charges, id -> id);
            var claims = new HashMap<UUID, List<Charge.Answer>>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    claims.computeIfAbsent(uuid(row, "charge_id"), any -> new ArrayList<>())
                            .add(new Charge.Answer(uuid(row, "case_id"), claim(row)));
                }
            }
            return claims;
        }
    }

    private static Charge charge(ResultSet row, List<Charge.Answer> answers) throws SQLException {
        return new Charge(
                uuid(row, "id"),
                row.getString("address"),
                requiredInstant(row, "opened_at"),
                requiredInstant(row, "until"),
                answers);
    }

    private static ProofClaim claim(ResultSet row) throws SQLException {
        return Json.own(row.getString("claim"), ProofClaim.class);
    }

    private static List<UUID> ids(PreparedStatement select) throws SQLException {
        var ids = new ArrayList<UUID>();
        try (var row = select.executeQuery()) {
            while (row.next()) {
                ids.add(row.getObject(1, UUID.class));
            }
        }
        return ids;
    }
}
