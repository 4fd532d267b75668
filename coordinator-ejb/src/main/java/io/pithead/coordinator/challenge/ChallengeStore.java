package io.pithead.coordinator.challenge;

import io.pithead.coordinator.challenge.core.Carried;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.challenge.Attestation;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.ChallengeState;
import io.pithead.protocol.challenge.Commitment;
import io.pithead.protocol.challenge.Question;
import io.pithead.protocol.json.Json;
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

/** The SQL of challenges. Updates name the state that they were decided on; false: it is another by now. */
final class ChallengeStore {
    static final String OPEN = "('OFFERED', 'COMMITTED', 'ASKED', 'OPENED')";

    private static final String SELECT =
            "select c.account_id, c.state, c.challenge, c.fetched_at, c.commitment, c.committed_at, c.question,"
                    + " c.opening_digest, c.opened_at, a.document as attestation, s.begun_at, s.told_at, now() as now"
                    + " from challenge c left join attestation a on a.challenge_id = c.id"
                    + " left join challenge_stream s on s.challenge_id = c.id";

    /** Only for an account that has a machine of this address: for all others there is no such challenge. */
    private static final String OF_NODE = " where c.id = ? and exists (select 1 from node m"
            + " where m.node_address = c.address and m.account_id = ? and m.ban is null)";

    private static final String OFFERED = """
            select m.id as node_id, c.id
              from unnest(?) k(id)
              join node m on m.id = k.id and m.ban is null
              join challenge c on c.address = m.node_address and c.state = 'OFFERED' and c.commit_by > now()""";

    private ChallengeStore() {}

    /** @param now by the database's clock, which all deadlines go by */
    record Held(UUID account, Carried carried, Instant now) {}

    static Optional<Held> find(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " where c.id = ?")) {
            new Columns(connection, select).set(id);
            return held(select).stream().findFirst();
        }
    }

    static Optional<Held> ofValidator(Connection connection, UUID account, UUID id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " where c.id = ? and c.account_id = ?")) {
            new Columns(connection, select).set(id).set(account);
            return held(select).stream().findFirst();
        }
    }

    static Optional<Held> ofNode(Connection connection, UUID account, UUID id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + OF_NODE)) {
            new Columns(connection, select).set(id).set(account);
            return held(select).stream().findFirst();
        }
    }

    static List<Held> list(
            Connection connection, UUID account, @Nullable ChallengeState state, @Nullable UUID before, int limit)
            throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(SELECT + " where c.account_id = ?"
                + (state == null ? "" : " and c.state = '" + state + "'") + (before == null ? "" : " and c.id < ?")
                + " order by c.id desc limit ?")) {
            var columns = new Columns(connection, select).set(account);
            if (before != null) {
                columns.set(before);
            }
            columns.set(limit);
            return held(select);
        }
    }

    static Map<UUID, List<UUID>> offered(Connection connection, Collection<UUID> nodes) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(OFFERED)) {
            new Columns(connection, select).uuids(nodes, node -> node);
            var offered = new HashMap<UUID, List<UUID>>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    offered.computeIfAbsent(Columns.uuid(row, "node_id"), node -> new ArrayList<>())
                            .add(Columns.uuid(row, "id"));
                }
            }
            return offered;
        }
    }

    static Map<UUID, ChallengeState> states(Connection connection, Collection<UUID> ids) throws SQLException {
        try (PreparedStatement select =
                connection.prepareStatement("select id, state from challenge where id = any(?)")) {
            new Columns(connection, select).uuids(ids, id -> id);
            var states = new HashMap<UUID, ChallengeState>();
            try (ResultSet row = select.executeQuery()) {
                while (row.next()) {
                    states.put(Columns.uuid(row, "id"), ChallengeState.valueOf(row.getString("state")));
                }
            }
            return states;
        }
    }

    /** False when the node has an open one, or the id is there. */
    static boolean insert(Connection connection, UUID account, Challenge challenge, Duration grace)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement("insert into challenge"
                + " (id, account_id, chain_id, address, challenge, commit_by, give_up_at)"
                + " values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing")) {
            new Columns(connection, insert)
                    .set(challenge.id())
                    .set(account)
                    .set(challenge.chain())
                    .set(challenge.node())
                    .set(Json.text(challenge))
                    .set(challenge.commitBy().atOffset(ZoneOffset.UTC))
                    .set(challenge.commitBy().plus(grace).atOffset(ZoneOffset.UTC));
            return insert.executeUpdate() == 1;
        }
    }

    static boolean commit(Connection connection, Commitment commitment) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update challenge set state = 'COMMITTED',"
                + " commitment = ?, committed_at = now() where id = ? and state = 'OFFERED' and commit_by > now()")) {
            new Columns(connection, update).set(Json.text(commitment)).set(commitment.challenge());
            return update.executeUpdate() == 1;
        }
    }

    static boolean ask(Connection connection, Question question, Duration grace) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update challenge set state = 'ASKED',"
                + " question = ?, open_by = ?, give_up_at = ? where id = ? and state = 'COMMITTED'")) {
            new Columns(connection, update)
                    .set(Json.text(question))
                    .set(question.openBy().atOffset(ZoneOffset.UTC))
                    .set(question.openBy().plus(grace).atOffset(ZoneOffset.UTC))
                    .set(question.challenge());
            return update.executeUpdate() == 1;
        }
    }

    /** @param opening as its sender wrote it */
    static boolean open(Connection connection, UUID id, byte[] opening, String digest) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update challenge set state = 'OPENED',"
                + " opening = ?, opening_digest = ?, opened_at = now()"
                + " where id = ? and state = 'ASKED' and open_by > now()")) {
            new Columns(connection, update).set(opening).set(digest).set(id);
            return update.executeUpdate() == 1;
        }
    }

    /** The first time counts: whoever has the nonce can begin. */
    static void fetched(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(
                "update challenge set fetched_at = now() where id = ? and state = 'OFFERED' and fetched_at is null")) {
            new Columns(connection, update).set(id);
            update.executeUpdate();
        }
    }

    static boolean judge(Connection connection, UUID id) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update challenge set state = 'JUDGED',"
                + " over_at = coalesce(over_at, now()), opening = null where id = ? and state <> 'JUDGED'")) {
            new Columns(connection, update).set(id);
            return update.executeUpdate() == 1;
        }
    }

    /** Empty unless it is there to be judged. */
    static Optional<byte[]> opening(Connection connection, UUID account, UUID id) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select opening from challenge where id = ? and account_id = ? and opening is not null")) {
            new Columns(connection, select).set(id).set(account);
            try (ResultSet row = select.executeQuery()) {
                return row.next() ? Optional.of(row.getBytes("opening")) : Optional.empty();
            }
        }
    }

    static int open(Connection connection, UUID account) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                "select count(*) from challenge where account_id = ? and state in " + OPEN)) {
            new Columns(connection, select).set(account);
            try (ResultSet row = select.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    static Map<ChallengeState, Integer> openByState(Connection connection) throws SQLException {
        try (PreparedStatement select = connection.prepareStatement(
                        "select state, count(*)::integer as n from challenge where state in " + OPEN
                                + " group by state");
                ResultSet row = select.executeQuery()) {
            var counts = new HashMap<ChallengeState, Integer>();
            while (row.next()) {
                counts.put(ChallengeState.valueOf(row.getString("state")), row.getInt("n"));
            }
            return counts;
        }
    }

    /** Those that nobody said anything more of. */
    static List<UUID> close(Connection connection, int limit) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement("update challenge set state = 'CLOSED',"
                + " over_at = now(), opening = null where id in (select id from challenge where state in " + OPEN
                + " and give_up_at <= now() order by give_up_at limit ? for update skip locked) returning id")) {
            new Columns(connection, update).set(limit);
            var closed = new ArrayList<UUID>();
            try (ResultSet row = update.executeQuery()) {
                while (row.next()) {
                    closed.add(Columns.uuid(row, "id"));
                }
            }
            return closed;
        }
    }

    static int forget(Connection connection, Duration retention, int limit) throws SQLException {
        try (PreparedStatement delete = connection.prepareStatement("delete from challenge where id in"
                + " (select id from challenge where over_at < now() - make_interval(secs => ?)"
                + " and not exists (select 1 from challenge_stream s"
                + " where s.challenge_id = challenge.id and s.made_at > now() - interval '1 day')"
                + " limit ? for update skip locked)")) {
            new Columns(connection, delete).set((double) retention.toSeconds()).set(limit);
            return delete.executeUpdate();
        }
    }

    private static List<Held> held(PreparedStatement select) throws SQLException {
        try (ResultSet row = select.executeQuery()) {
            var held = new ArrayList<Held>();
            while (row.next()) {
                held.add(new Held(Columns.uuid(row, "account_id"), carried(row), Columns.requiredInstant(row, "now")));
            }
            return held;
        }
    }

    private static Carried carried(ResultSet row) throws SQLException {
        return new Carried(
                ChallengeState.valueOf(row.getString("state")),
                Json.own(row.getString("challenge"), Challenge.class),
                Columns.instant(row, "fetched_at"),
                message(row, "commitment", Commitment.class),
                Columns.instant(row, "committed_at"),
                message(row, "question", Question.class),
                row.getString("opening_digest"),
                Columns.instant(row, "opened_at"),
                message(row, "attestation", Attestation.class),
                Columns.instant(row, "begun_at"),
                Columns.instant(row, "told_at"));
    }

    private static <T> @Nullable T message(ResultSet row, String column, Class<T> type) throws SQLException {
        String document = row.getString(column);
        return document == null ? null : Json.own(document, type);
    }
}
