package io.pithead.coordinator.stats;

import static io.pithead.coordinator.platform.Columns.amount;
import static io.pithead.coordinator.platform.Columns.instant;
import static io.pithead.coordinator.platform.Columns.requiredInstant;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.stats.core.Histogram;
import io.pithead.coordinator.stats.core.Rollup;
import io.pithead.coordinator.stats.core.Step;
import io.pithead.coordinator.stats.core.Windows.Window;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows of {@code stat} and {@code stat_sample}. */
final class StatStore {
    /** How far the time in an id may be from the time in its row: ids count on from the last one, on another clock. */
    private static final Duration ID_SLACK = Duration.ofMinutes(1);

    private static final String COLUMNS =
            "(step, at, submitted, completed, failed, canceled, waits, runs, paid, withdrawn,"
                    + " samples, queued, queued_most, oldest_s, online, offline, draining, banned)";

    /** Times are of jobs that completed: another's would be how long it took to be given up. */
    static final String COUNT = """
            with ended as (
                select date_bin('1 minute', finished_at, timestamptz 'epoch') as at, state,
                       extract(epoch from started_at - submitted_at)::float8 * 1000 as waited,
                       extract(epoch from finished_at - started_at)::float8 * 1000 as ran
                  from job where finished_at >= ?::timestamptz and finished_at < ?::timestamptz and kind = 'BATCH'),
            ends as (
                select at, count(*) filter (where state = 'COMPLETED') as completed,
                       count(*) filter (where state in ('FAILED', 'EXPIRED')) as failed,
                       count(*) filter (where state = 'CANCELED') as canceled
                  from ended group by at),
            waits as (
                select at, width_bucket(waited, ?) as bucket, count(*) as n from ended
                 where state = 'COMPLETED' and waited is not null group by 1, 2),
            runs as (
                select at, width_bucket(ran, ?) as bucket, count(*) as n from ended
                 where state = 'COMPLETED' and ran is not null group by 1, 2),
            begun as (
                select date_bin('1 minute', submitted_at, timestamptz 'epoch') as at, count(*) as submitted
                  from job where id >= id_floor(?::timestamptz) and id < id_floor(?::timestamptz)
                   and submitted_at >= ?::timestamptz and submitted_at < ?::timestamptz and kind = 'BATCH' group by 1),
            moved as (
                select date_bin('1 minute', e.at, timestamptz 'epoch') as at,
                       sum(amount) filter (where reason = 'SETTLE') as paid,
                       sum(amount) filter (where reason = 'WITHDRAWN') as withdrawn
                  from ledger_entry e where id >= id_floor(?::timestamptz) and id < id_floor(?::timestamptz)
                   and e.at >= ?::timestamptz and e.at < ?::timestamptz and reason in ('SETTLE', 'WITHDRAWN') group by 1)
            select 'MINUTE', m.at, coalesce(begun.submitted, 0), coalesce(ends.completed, 0), coalesce(ends.failed, 0),
                   coalesce(ends.canceled, 0),
                   array(select coalesce(w.n, 0) from generate_series(0, ?) b
                         left join waits w on w.at = m.at and w.bucket = b order by b),
                   array(select coalesce(r.n, 0) from generate_series(0, ?) b
                         left join runs r on r.at = m.at and r.bucket = b order by b),
                   coalesce(moved.paid, 0), coalesce(moved.withdrawn, 0),
                   (s.at is not null)::integer, coalesce(s.queued, 0), coalesce(s.queued, 0), coalesce(s.oldest_s, 0),
                   coalesce(s.online, 0), coalesce(s.offline, 0), coalesce(s.draining, 0), coalesce(s.banned, 0)
              from generate_series(?::timestamptz, ?::timestamptz - interval '1 minute', interval '1 minute') m(at)
              left join begun on begun.at = m.at left join ends on ends.at = m.at left join moved on moved.at = m.at
              left join stat_sample s on s.at = m.at""";

    private static final String ADD = """
            select 'HOUR', h.at, sum(submitted), sum(completed), sum(failed), sum(canceled),
                   array(select sum(n)::bigint from stat m, unnest(m.waits) with ordinality u(n, bucket) where m.step = 'MINUTE'
                            and m.at >= h.at and m.at < h.at + interval '1 hour' group by bucket order by bucket),
                   array(select sum(n)::bigint from stat m, unnest(m.runs) with ordinality u(n, bucket) where m.step = 'MINUTE'
                            and m.at >= h.at and m.at < h.at + interval '1 hour' group by bucket order by bucket),
                   sum(paid), sum(withdrawn), sum(samples), sum(queued), max(queued_most), max(oldest_s), sum(online),
                   sum(offline), sum(draining), sum(banned)
              from generate_series(?::timestamptz, ?::timestamptz - interval '1 hour', interval '1 hour') h(at)
              join stat s on s.step = 'MINUTE' and s.at >= h.at and s.at < h.at + interval '1 hour' group by h.at""";

    private StatStore() {}

    /** How it stands in a minute. */
    record Sample(Instant at, long queued, long oldestS, long online, long offline, long draining, long banned) {}

    /** Until the transaction's end nobody else writes; false when somebody does. */
    static boolean tryLock(Connection connection) throws SQLException {
        try (var select = connection.prepareStatement("select pg_try_advisory_xact_lock(hashtext('stats'))");
                var row = select.executeQuery()) {
            row.next();
            return row.getBoolean(1);
        }
    }

    static Instant now(Connection connection) throws SQLException {
        return required(one(connection, "select now()"));
    }

    static boolean hasSample(Connection connection, Instant minute) throws SQLException {
        return one(connection, "select at from stat_sample where at = ?::timestamptz", minute.toString()) != null;
    }

    /** The first one counts. */
    static void insert(Connection connection, Sample sample) throws SQLException {
        try (var insert = connection.prepareStatement(
                "insert into stat_sample (at, queued, oldest_s, online, offline, draining, banned)"
                        + " values (?::timestamptz, ?, ?, ?, ?, ?, ?) on conflict do nothing")) {
            new Columns(connection, insert)
                    .set(sample.at().toString())
                    .set(sample.queued())
                    .set(sample.oldestS())
                    .set(sample.online())
                    .set(sample.offline())
                    .set(sample.draining())
                    .set(sample.banned());
            insert.executeUpdate();
        }
    }

    /** When the oldest job that is still there was submitted; now, where there is none. */
    static Instant oldestJob(Connection connection) throws SQLException {
        return required(
                one(connection, "select coalesce((select submitted_at from job order by id limit 1), now()) as at"));
    }

    static @Nullable Instant last(Connection connection, Step step) throws SQLException {
        return one(connection, "select at from stat where step = ? order by at desc limit 1", step.name());
    }

    /** The last one written; once its row is forgotten, the last of the last hour. */
    static @Nullable Instant lastMinute(Connection connection) throws SQLException {
        return one(
                connection,
                "select greatest((select at from stat where step = 'MINUTE' order by at desc limit 1),"
                        + " (select at + interval '59 min' from stat where step = 'HOUR' order by at desc limit 1)) as at");
    }

    static @Nullable Instant firstMinute(Connection connection) throws SQLException {
        return one(connection, "select at from stat where step = 'MINUTE' order by at limit 1");
    }

    static int writeMinutes(Connection connection, Window window) throws SQLException {
        try (var insert =
                connection.prepareStatement("insert into stat " + COLUMNS + " " + COUNT + " on conflict do nothing")) {
            set(connection, insert, window);
            return insert.executeUpdate();
        }
    }

    static void set(Connection connection, PreparedStatement count, Window window) throws SQLException {
        String from = window.from().toString();
        String to = window.to().toString();
        String low = window.from().minus(ID_SLACK).toString();
        String high = window.to().plus(ID_SLACK).toString();
        Array bounds = connection.createArrayOf("float8", Histogram.BOUNDS.toArray());
        int last = Histogram.BUCKETS - 1;
        new Columns(connection, count)
                .set(from)
                .set(to)
                .set(bounds)
                .set(bounds)
                .set(low)
                .set(high)
                .set(from)
                .set(to)
                .set(low)
                .set(high)
                .set(from)
                .set(to)
                .set(last)
                .set(last)
                .set(from)
                .set(to);
    }

    static int writeHours(Connection connection, Window window) throws SQLException {
        try (var insert =
                connection.prepareStatement("insert into stat " + COLUMNS + " " + ADD + " on conflict do nothing")) {
            new Columns(connection, insert)
                    .set(window.from().toString())
                    .set(window.to().toString());
            return insert.executeUpdate();
        }
    }

    /** The oldest first, at most so many. */
    static int forget(Connection connection, Step step, Instant before, int most) throws SQLException {
        try (var delete = connection.prepareStatement("delete from stat where step = ? and at = any(array("
                + "select at from stat where step = ? and at < ?::timestamptz order by at limit ?))")) {
            new Columns(connection, delete)
                    .set(step.name())
                    .set(step.name())
                    .set(before.toString())
                    .set(most);
            return delete.executeUpdate();
        }
    }

    static int forgetSamples(Connection connection, Instant before, int most) throws SQLException {
        try (var delete = connection.prepareStatement("delete from stat_sample where at = any(array("
                + "select at from stat_sample where at < ?::timestamptz order by at limit ?))")) {
            new Columns(connection, delete).set(before.toString()).set(most);
            return delete.executeUpdate();
        }
    }

    static List<Rollup> read(Connection connection, Step step, Instant from, Instant to, int most) throws SQLException {
        try (var select = connection.prepareStatement("select * from stat where step = ? and at >= ?::timestamptz"
                + " and at < ?::timestamptz order by at limit ?")) {
            new Columns(connection, select)
                    .set(step.name())
                    .set(from.toString())
                    .set(to.toString())
                    .set(most);
            var found = new ArrayList<Rollup>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(rollup(row));
                }
            }
            return found;
        }
    }

    private static Rollup rollup(ResultSet row) throws SQLException {
        return new Rollup(
                requiredInstant(row, "at"),
                row.getLong("submitted"),
                row.getLong("completed"),
                row.getLong("failed"),
                row.getLong("canceled"),
                Histogram.of(List.of((Long[]) row.getArray("waits").getArray())),
                Histogram.of(List.of((Long[]) row.getArray("runs").getArray())),
                amount(row, "paid"),
                amount(row, "withdrawn"),
                new Rollup.Looks(
                        row.getInt("samples"),
                        row.getLong("queued"),
                        row.getLong("queued_most"),
                        row.getLong("oldest_s"),
                        row.getLong("online"),
                        row.getLong("offline"),
                        row.getLong("draining"),
                        row.getLong("banned")));
    }

    private static @Nullable Instant one(Connection connection, String sql, String... values) throws SQLException {
        try (var select = connection.prepareStatement(sql)) {
            var columns = new Columns(connection, select);
            for (String value : values) {
                columns.set(value);
            }
            try (var row = select.executeQuery()) {
                return row.next() ? instant(row, row.getMetaData().getColumnName(1)) : null;
            }
        }
    }

    private static Instant required(@Nullable Instant at) {
        if (at == null) {
            throw new IllegalStateException("no time");
        }
        return at;
    }
}
