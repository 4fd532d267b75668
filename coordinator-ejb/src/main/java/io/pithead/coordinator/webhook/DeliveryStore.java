package io.pithead.coordinator.webhook;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.webhook.core.RetryPolicy.Decision;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Claims streams that are due, and applies what became of them. */
final class DeliveryStore {
    /** Hosts looked at in one round; the next round goes on behind them. */
    static final int HOSTS_PER_ROUND = 500;
    /**
     * Longer than the longest call that can be configured, and short enough that what a killed instance was about to
     * tell is told within 90 s. A name service that hangs for longer makes a second call, under the same id.
     */
    static final Duration CLAIM = Duration.ofSeconds(75);

    /** Due streams of one host that one claim looks at: an account that rests hides no more than these. */
    private static final int MAX_LOOKED_AT = 200;

    private static final int MAX_ERROR = 500;

    /** One short index scan per host, however many streams it has. */
    private static final String HOSTS = """
            with recursive hosts(host) as (
                (select host from webhook_stream where host > ? order by host limit 1)
                union all
                select (select s.host from webhook_stream s where s.host > h.host order by s.host limit 1)
                  from hosts h where h.host is not null)
            select host from hosts where host is not null limit ?""";

    private static final String CLAIM_STREAMS = """
            with due as (
                select d.job_id, d.target
                  from unnest(?, ?) as h(host, room)
                 cross join lateral (
                       select s.job_id, s.target from webhook_stream s
                        where (s.job_id, s.target) in (
                              select n.job_id, n.target from webhook_stream n
                               where n.host = h.host and n.due_at <= now() order by n.due_at limit ?)
                          and s.due_at <= now() and s.account_id <> all(?)
                        order by s.due_at limit h.room for update skip locked) d
                 limit ?)
            update webhook_stream s
               set claim = nextval('webhook_claim'), due_at = now() + make_interval(secs => ?)
              from due where s.job_id = due.job_id and s.target = due.target
            returning s.job_id, s.target, s.claim""";
    private static final String HEADS = """
            select k.claim, d.*, extract(epoch from now() - d.created_at)::float8 as age,
                   coalesce(s.secret, case when d.target = d.account_id then w.secret end) as secret
              from unnest(?, ?, ?) as k(job_id, target, claim)
             cross join lateral (
                   select * from webhook_delivery
                    where job_id = k.job_id and target = k.target and state = 'PENDING'
                    order by seq limit 1) d
              left join webhook_subscription s on s.id = d.target
              left join webhook_secret w on w.account_id = d.account_id""";
    private static final String LOCK_OWN = """
            select s.claim from webhook_stream s join unnest(?, ?, ?) as k(job_id, target, claim)
                on s.job_id = k.job_id and s.target = k.target and s.claim = k.claim
             order by s.job_id, s.target for update of s""";
    private static final String DELIVERED = "delete from webhook_delivery where id = any(?)";
    private static final String DEAD = """
            update webhook_delivery d
               set state = 'DEAD', dead_at = now(), attempts = d.attempts + 1, last_error = r.error
              from unnest(?, ?) as r(id, error) where d.id = r.id""";
    private static final String TRIED = """
            update webhook_delivery d set attempts = d.attempts + 1, last_error = r.error
              from unnest(?, ?) as r(id, error) where d.id = r.id""";
    private static final String LATER = """
            update webhook_stream s set claim = null, due_at = now() + make_interval(secs => r.delay_ms / 1000.0)
              from unnest(?, ?, ?) as r(job_id, target, delay_ms) where s.job_id = r.job_id and s.target = r.target""";
    /** After the head is gone: the next one is due at once, and a stream with nothing left ends. */
    private static final String NEXT = """
            update webhook_stream s set claim = null, due_at = now()
              from unnest(?, ?) as r(job_id, target)
             where s.job_id = r.job_id and s.target = r.target and exists (
                   select 1 from webhook_delivery d
                    where d.job_id = s.job_id and d.target = s.target and d.state = 'PENDING')""";

    private static final String END = """
            delete from webhook_stream s using unnest(?, ?) as r(job_id, target)
             where s.job_id = r.job_id and s.target = r.target and not exists (
                   select 1 from webhook_delivery d
                    where d.job_id = s.job_id and d.target = s.target and d.state = 'PENDING')""";

    private DeliveryStore() {}

    static List<String> hostsAfter(Connection connection, String cursor) throws SQLException {
        try (var select = connection.prepareStatement(HOSTS)) {
            select.setString(1, cursor);
            select.setInt(2, HOSTS_PER_ROUND);
            var hosts = new ArrayList<String>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    hosts.add(rows.getString(1));
                }
            }
            return hosts;
        }
    }

    /** @param room calls that each host may have beside those it has; @param resting accounts that have enough */
    static List<Claim> claim(Connection connection, Map<String, Integer> room, Set<UUID> resting, int limit)
            throws SQLException {
        List<Held> held = claimStreams(connection, room, resting, limit);
        if (held.isEmpty()) {
            return List.of();
        }
        List<Claim> claims = heads(connection, held);
        if (claims.size() < held.size()) {
            endEmpty(connection, held);
        }
        return claims;
    }

    private static void endEmpty(Connection connection, List<Held> held) throws SQLException {
        try (var delete = connection.prepareStatement(END)) {
            new Columns(connection, delete).uuids(held, Held::jobId).uuids(held, Held::target);
            delete.executeUpdate();
        }
    }

    private record Held(UUID jobId, UUID target, long token) {}

    private static List<Held> claimStreams(
            Connection connection, Map<String, Integer> room, Set<UUID> resting, int limit) throws SQLException {
        try (var update = connection.prepareStatement(CLAIM_STREAMS)) {
            new Columns(connection, update)
                    .texts(room.entrySet(), Map.Entry::getKey)
                    .ints(room.entrySet(), Map.Entry::getValue)
                    .set(MAX_LOOKED_AT)
                    .uuids(resting, account -> account)
                    .set(limit)
                    .set((double) CLAIM.toSeconds());
            var held = new ArrayList<Held>();
            try (var rows = update.executeQuery()) {
                while (rows.next()) {
                    held.add(new Held(
                            Columns.uuid(rows, "job_id"), Columns.uuid(rows, "target"), rows.getLong("claim")));
                }
            }
            return held;
        }
    }

    private static List<Claim> heads(Connection connection, List<Held> held) throws SQLException {
        try (var select = connection.prepareStatement(HEADS)) {
            new Columns(connection, select)
                    .uuids(held, Held::jobId)
                    .uuids(held, Held::target)
                    .longs(held, Held::token);
            var claims = new ArrayList<Claim>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    claims.add(new Claim(
                            Columns.uuid(row, "job_id"),
                            Columns.uuid(row, "target"),
                            row.getLong("claim"),
                            Columns.uuid(row, "account_id"),
                            row.getString("host"),
                            Columns.uuid(row, "id"),
                            row.getString("url"),
                            row.getString("event"),
                            row.getString("body"),
                            row.getInt("attempts"),
                            Duration.ofMillis((long) (row.getDouble("age") * 1000)),
                            row.getBytes("secret")));
                }
            }
            return claims;
        }
    }

    /** Applies each result whose claim still holds; the others were taken over and count for nothing. */
    static void apply(Connection connection, List<Result> results) throws SQLException {
        Set<Long> own = lockOwn(connection, results);
        List<Result> valid = results.stream()
                .filter(result -> own.contains(result.claim().token()))
                .toList();
        List<Result> delivered = with(valid, Decision.Delivered.class);
        List<Result> dead = with(valid, Decision.GiveUp.class);
        List<Result> again = with(valid, Decision.Retry.class);
        try (var delete = connection.prepareStatement(DELIVERED)) {
            new Columns(connection, delete).uuids(delivered, DeliveryStore::delivery);
            delete.executeUpdate();
        }
        record(connection, DEAD, dead);
        record(connection, TRIED, again);
        later(connection, again);
        var ended = new ArrayList<>(delivered);
        ended.addAll(dead);
        streams(connection, NEXT, ended);
        streams(connection, END, ended);
    }

    private static List<Result> with(List<Result> results, Class<? extends Decision> decision) {
        return results.stream()
                .filter(result -> decision.isInstance(result.decision()))
                .toList();
    }

    private static UUID delivery(Result result) {
        return result.claim().deliveryId();
    }

    private static Set<Long> lockOwn(Connection connection, List<Result> results) throws SQLException {
        try (var select = connection.prepareStatement(LOCK_OWN)) {
            new Columns(connection, select)
                    .uuids(results, result -> result.claim().jobId())
                    .uuids(results, result -> result.claim().target())
                    .longs(results, result -> result.claim().token());
            var own = new HashSet<Long>();
            try (var rows = select.executeQuery()) {
                while (rows.next()) {
                    own.add(rows.getLong(1));
                }
            }
            return own;
        }
    }

    private static void record(Connection connection, String sql, List<Result> results) throws SQLException {
        if (results.isEmpty()) {
            return;
        }
        try (PreparedStatement update = connection.prepareStatement(sql)) {
            new Columns(connection, update)
                    .uuids(results, DeliveryStore::delivery)
                    .texts(results, result -> reason(result.decision()));
            update.executeUpdate();
        }
    }

    private static void later(Connection connection, List<Result> results) throws SQLException {
        if (results.isEmpty()) {
            return;
        }
        try (var update = connection.prepareStatement(LATER)) {
            new Columns(connection, update)
                    .uuids(results, result -> result.claim().jobId())
                    .uuids(results, result -> result.claim().target())
                    .longs(results, result -> delay(result.decision()).toMillis());
            update.executeUpdate();
        }
    }

    private static void streams(Connection connection, String sql, List<Result> results) throws SQLException {
        if (results.isEmpty()) {
            return;
        }
        try (var statement = connection.prepareStatement(sql)) {
            new Columns(connection, statement)
                    .uuids(results, result -> result.claim().jobId())
                    .uuids(results, result -> result.claim().target());
            statement.executeUpdate();
        }
    }

    private static Duration delay(Decision decision) {
        return decision instanceof Decision.Retry retry ? retry.delay() : Duration.ZERO;
    }

    private static String reason(Decision decision) {
        String reason = switch (decision) {
            case Decision.Delivered delivered -> "";
            case Decision.Retry retry -> retry.reason();
            case Decision.GiveUp gone -> gone.reason();
        };
        return reason.length() <= MAX_ERROR ? reason : reason.substring(0, MAX_ERROR);
    }
}
