package io.pithead.validator.challenge;

import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeKind;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.challenge.Timing;
import io.pithead.protocol.challenge.Verdict;
import io.pithead.protocol.json.Json;
import io.pithead.validator.challenge.core.Planning.Past;
import io.pithead.validator.challenge.core.Stage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Challenges of this validator. Each write names the stage that it leaves, and the row count is the answer. */
final class ChallengeStore {
    private static final String COLUMNS =
            "select id, node, state, kind, size, rows, turns, hardware, commit_within_ms, open_within_ms, deadline, hinted_at,"
                    + " challenge, posted_at, commitment, committed_at, worked_ms, question, opened_at, stream_key from validator.challenge";
    /** Who is due and free is claimed by moving the time on: of two instances one gets the node. */
    private static final String CLAIM = """
        with asked as (
            select * from unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                as a(id, node, kind, size, rows, turns, hardware, commit_within, open_within, rest_ms, next_at)),
        free as (
            select * from asked a where not exists (select 1 from validator.challenge c
                where c.node = a.node and c.state in ('PLANNED', 'ISSUED', 'ASKED'))),
        claimed as (
            insert into validator.due as d (node, next_at, rest_ms)
            select node, next_at::timestamptz, rest_ms from free order by node
            on conflict (node) do update set next_at = excluded.next_at, rest_ms = excluded.rest_ms where d.next_at <= ?
            returning node)
        insert into validator.challenge (id, node, state, kind, size, rows, turns, hardware, commit_within_ms, open_within_ms,
                                         planned_at, deadline, hinted_at)
        select f.id, f.node, 'PLANNED', f.kind, f.size, f.rows, nullif(f.turns, 0), f.hardware, f.commit_within, f.open_within, ?, ?, ?
          from free f join claimed using (node)
        on conflict (node) where state in ('PLANNED', 'ISSUED', 'ASKED') do nothing
        returning id\
        """;

    private static final String STALE = " where ((state = 'PLANNED') or (state = 'ISSUED' and posted_at is null))"
            + " and hinted_at < ? and deadline >= ? order by deadline limit ?";
    private static final String LATE = " where state in ('PLANNED', 'ISSUED', 'ASKED') and deadline < ?"
            + " and hinted_at < ? order by deadline limit ?";

    /** What said nothing of a node is made again when it has rested, and twice as late each time that it says nothing again. */
    private static final String UNSAID =
            " update validator.due d set unsaid = least(d.unsaid + 1, 10), next_at = least("
                    + "d.next_at, ended.at + make_interval(secs => d.rest_ms / 1000.0 * power(2, d.unsaid)))"
                    + " from ended where d.node = ended.node";

    /** What the hardware is stays open: the next one comes after the rest alone. */
    private static final String SAID_BUT_FAR = " update validator.due d set unsaid = 0, next_at = least(d.next_at,"
            + " ended.at + make_interval(secs => d.rest_ms / 1000.0)) from ended where d.node = ended.node";

    private static final String SAID = " update validator.due d set unsaid = 0 from ended where d.node = ended.node";

    private ChallengeStore() {}

    /** A node to be challenged. */
    record Planned(
            UUID id,
            String node,
            ChallengeKind kind,
            int size,
            int rows,
            @Nullable Integer turns,
            @Nullable String hardware,
            Duration commitWithin,
            Duration openWithin,
            Duration rest,
            Instant next) {}

    /** @return those that were written: the others were claimed elsewhere, or have one that is open */
    static List<UUID> plan(Connection connection, List<Planned> plans, Instant now, Instant deadline)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(CLAIM)) {
            new Columns(connection, insert)
                    .uuids(plans, Planned::id)
                    .texts(plans, Planned::node)
                    .texts(plans, plan -> plan.kind().name())
                    .ints(plans, Planned::size)
                    .ints(plans, Planned::rows)
                    .ints(plans, plan -> plan.turns() == null ? 0 : plan.turns())
                    .texts(plans, Planned::hardware)
                    .longs(plans, plan -> plan.commitWithin().toMillis())
                    .longs(plans, plan -> plan.openWithin().toMillis())
                    .longs(plans, plan -> plan.rest().toMillis())
                    .texts(plans, plan -> plan.next().toString())
                    .set(at(now))
                    .set(at(now))
                    .set(at(deadline))
                    .set(at(now));
            return ids(insert);
        }
    }

    /** When each is due, and whether the last one said something of it; those that never were challenged are not among them. */
    static Map<String, Past> past(Connection connection, Collection<String> nodes) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select node, next_at, unsaid = 0 as said from validator.due where node = any(?)")) {
            new Columns(connection, select).texts(nodes, node -> node);
            var past = new HashMap<String, Past>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    past.put(
                            row.getString("node"),
                            new Past(Columns.requiredInstant(row, "next_at"), row.getBoolean("said")));
                }
            }
            return past;
        }
    }

    static int open(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "select count(*) from validator.challenge where state in ('PLANNED', 'ISSUED', 'ASKED')");
                ResultSet row = select.executeQuery()) {
            row.next();
            return row.getInt(1);
        }
    }

    static Optional<ChallengeRow> find(Connection connection, UUID id) throws SQLException {
        return find(connection, List.of(id)).stream().findFirst();
    }

    static List<ChallengeRow> find(Connection connection, Collection<UUID> ids) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS + " where id = any(?)")) {
            new Columns(connection, select).uuids(ids, id -> id);
            return rows(select);
        }
    }

    /** What the coordinator may not have, though it is time. */
    static List<ChallengeRow> stale(Connection connection, Instant now, Instant hintedBefore, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS + STALE)) {
            new Columns(connection, select).set(at(hintedBefore)).set(at(now)).set(limit);
            return rows(select);
        }
    }

    static List<ChallengeRow> late(Connection connection, Instant now, Instant hintedBefore, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(COLUMNS + LATE)) {
            new Columns(connection, select).set(at(now)).set(at(hintedBefore)).set(limit);
            return rows(select);
        }
    }

    static void hinted(Connection connection, Collection<UUID> ids, Instant now) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update validator.challenge set hinted_at = ? where id = any(?)")) {
            new Columns(connection, update).set(at(now)).uuids(Columns.sorted(ids), id -> id);
            update.executeUpdate();
        }
    }

    static boolean issue(Connection connection, Challenge challenge, @Nullable String streamKey) throws SQLException {
        return update(
                connection,
                "update validator.challenge set state = 'ISSUED', challenge = ?, stream_key = ?, deadline = ?"
                        + " where id = ? and state = 'PLANNED'",
                Json.text(challenge),
                streamKey,
                at(challenge.commitBy()),
                challenge.id());
    }

    static boolean posted(Connection connection, UUID id, Instant now) throws SQLException {
        return update(
                connection,
                "update validator.challenge set posted_at = ? where id = ? and posted_at is null",
                at(now),
                id);
    }

    /** Whatever the node said first stays what it said. */
    static boolean committed(
            Connection connection,
            UUID id,
            Commitment commitment,
            @Nullable Long workedMs,
            @Nullable Long latencyMs,
            Instant now)
            throws SQLException {
        return update(
                connection,
                "update validator.challenge set commitment = ?, committed_at = ?, worked_ms = ?, latency_ms = ?"
                        + " where id = ? and state = 'ISSUED' and commitment is null",
                Json.text(commitment),
                at(now),
                workedMs,
                latencyMs,
                id);
    }

    static boolean ask(Connection connection, Question question) throws SQLException {
        return update(
                connection,
                "update validator.challenge set state = 'ASKED', question = ?, deadline = ?"
                        + " where id = ? and state = 'ISSUED'",
                Json.text(question),
                at(question.openBy()),
                question.challenge());
    }

    static boolean opened(Connection connection, UUID id, @Nullable Long upMs, Instant now) throws SQLException {
        return update(
                connection,
                "update validator.challenge set opened_at = ?, up_ms = ?"
                        + " where id = ? and state = 'ASKED' and opened_at is null",
                at(now),
                upMs,
                id);
    }

    static boolean judge(Connection connection, UUID id, Judged judged) throws SQLException {
        String after =
                judged.verdict() == Verdict.INCONCLUSIVE ? UNSAID : judged.timing() == Timing.FAR ? SAID_BUT_FAR : SAID;
        return update(
                connection,
                "with ended as (update validator.challenge set state = 'JUDGED', verdict = ?, reason = ?, evidence = ?,"
                        + " timing = ?, opening = ?, judged_at = ? where id = ? and state in ('ISSUED', 'ASKED')"
                        + " returning node, judged_at as at)" + after,
                judged.verdict().name(),
                judged.reason() == null ? null : judged.reason().name(),
                judged.evidence(),
                judged.timing() == null ? null : judged.timing().name(),
                judged.opening(),
                at(judged.at()),
                id);
    }

    /** @param refusal why, for whoever looks */
    static boolean giveUp(Connection connection, UUID id, String refusal, Instant now) throws SQLException {
        return update(
                connection,
                "with ended as (update validator.challenge set state = 'GIVEN_UP', refusal = ?"
                        + " where id = ? and state in ('PLANNED', 'ISSUED', 'ASKED')"
                        + " returning node, ?::timestamptz as at)" + UNSAID,
                refusal,
                id,
                at(now));
    }

    /** @return how many went */
    static int forget(Connection connection, Instant before, int limit) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from validator.challenge where id in ("
                + "select id from validator.challenge where planned_at < ?"
                + " and (state = 'GIVEN_UP' or (state = 'JUDGED' and attested)) order by planned_at limit ?)")) {
            new Columns(connection, delete).set(at(before)).set(limit);
            return delete.executeUpdate();
        }
    }

    static Object at(Instant time) {
        return time.atOffset(ZoneOffset.UTC);
    }

    private static boolean update(Connection connection, String sql, @Nullable Object... values) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            var columns = new Columns(connection, update);
            for (Object value : values) {
                columns.set(value);
            }
            return update.executeUpdate() == 1;
        }
    }

    private static List<UUID> ids(PreparedStatement statement) throws SQLException {
        var ids = new ArrayList<UUID>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                ids.add(Columns.uuid(row, "id"));
            }
        }
        return ids;
    }

    private static List<ChallengeRow> rows(PreparedStatement select) throws SQLException {
        var rows = new ArrayList<ChallengeRow>();
        try (ResultSet row = select.executeQuery()) {
            while (row.next()) {
                rows.add(new ChallengeRow(
                        Columns.uuid(row, "id"),
                        row.getString("node"),
                        Stage.valueOf(row.getString("state")),
                        ChallengeKind.valueOf(row.getString("kind")),
                        row.getInt("size"),
                        row.getInt("rows"),
                        row.getObject("turns", Integer.class),
                        row.getString("hardware"),
                        Duration.ofMillis(row.getLong("commit_within_ms")),
                        Duration.ofMillis(row.getLong("open_within_ms")),
                        Columns.requiredInstant(row, "deadline"),
                        Columns.requiredInstant(row, "hinted_at"),
                        message(row.getString("challenge"), Challenge.class),
                        Columns.instant(row, "posted_at"),
                        message(row.getString("commitment"), Commitment.class),
                        Columns.instant(row, "committed_at"),
                        Columns.nullableLong(row, "worked_ms"),
                        message(row.getString("question"), Question.class),
                        Columns.instant(row, "opened_at"),
                        row.getString("stream_key")));
            }
        }
        return rows;
    }

    private static <T> @Nullable T message(@Nullable String document, Class<T> type) {
        return document == null ? null : Json.own(document, type);
    }
}
