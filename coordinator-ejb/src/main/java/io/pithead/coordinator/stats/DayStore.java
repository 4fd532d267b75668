package io.pithead.coordinator.stats;

import static io.pithead.coordinator.platform.Columns.uuid;

import io.pithead.coordinator.platform.Columns;
import io.pithead.coordinator.stats.core.Leaderboard.Work;
import io.pithead.coordinator.stats.core.Windows.Window;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The rows of {@code provider_day} and {@code validator_day}: hours are added to their day in the transaction that writes them. */
final class DayStore {
    private static final Duration ID_SLACK = Duration.ofMinutes(1);
    /** A node that was not heard for so long is gone, not down. */
    private static final int GONE_AFTER_DAYS = 7;

    private DayStore() {}

    /**
     * What a validator did.
     *
     * @param cases decided ones that it had a finding of
     * @param agreed with the decision
     */
    record Judged(String validator, long cases, long agreed, long attested) {}

    /** Who works for itself shows nobody anything. */
    static void add(Connection connection, Window hours) throws SQLException {
        String from = hours.from().toString();
        String to = hours.to().toString();
        try (var insert = connection.prepareStatement("""
                insert into provider_day as d (day, account_id, accepted, failed)
                select day, account_id, sum(accepted), sum(failed) from (
                    select (r.created_at at time zone 'UTC')::date as day, r.provider as account_id, count(*) as accepted, 0 as failed
                      from receipt r join job j on j.id = r.job_id and j.kind <> 'CONTAINER'
                     where r.receipt_id >= id_floor(?::timestamptz) and r.receipt_id < id_floor(?::timestamptz)
                       and r.created_at >= ?::timestamptz and r.created_at < ?::timestamptz and r.provider <> r.client group by 1, 2
                    union all
                    select (j.finished_at at time zone 'UTC')::date, n.account_id, 0, count(*)
                      from job j join node n on n.id = j.lease_node
                     where j.finished_at >= ?::timestamptz and j.finished_at < ?::timestamptz and j.state = 'FAILED'
                       and j.kind <> 'CONTAINER' and j.account_id <> n.account_id group by 1, 2) done
                 group by day, account_id
                on conflict (day, account_id) do update
                   set accepted = d.accepted + excluded.accepted, failed = d.failed + excluded.failed""")) {
            new Columns(connection, insert)
                    .set(hours.from().minus(ID_SLACK).toString())
                    .set(hours.to().plus(ID_SLACK).toString())
                    .set(from)
                    .set(to)
                    .set(from)
                    .set(to);
            insert.executeUpdate();
        }
        try (var insert = connection.prepareStatement("""
                insert into validator_day as d (day, validator, cases, agreed, attested)
                select day, validator, sum(cases), sum(agreed), sum(attested) from (
                    select (c.decided_at at time zone 'UTC')::date as day, f.validator::text as validator, 1 as cases,
                           (select count(*) >= c.wanted from finding o where o.job_id = f.job_id and o.output_sha = f.output_sha)::integer as agreed,
                           0 as attested
                      from referee_case c join finding f on f.job_id = c.job_id
                     where c.decided_at >= ?::timestamptz and c.decided_at < ?::timestamptz
                    union all
                    select (a.brought_at at time zone 'UTC')::date, a.validator::text, 0, 0, 1 from attestation a
                     where a.brought_at >= ?::timestamptz and a.brought_at < ?::timestamptz) done
                 group by day, validator
                on conflict (day, validator) do update set cases = d.cases + excluded.cases, agreed = d.agreed + excluded.agreed,
                   attested = d.attested + excluded.attested""")) {
            new Columns(connection, insert).set(from).set(to).set(from).set(to);
            insert.executeUpdate();
        }
    }

    /** Looks at all nodes that are not gone. */
    static void look(Connection connection, Instant now, Duration offlineAfter) throws SQLException {
        try (var insert = connection.prepareStatement("""
                insert into provider_day as d (day, account_id, looks, heard, speeds, measured)
                select ?::date, n.account_id, count(*),
                       count(*) filter (where l.last_seen_at > ?::timestamptz - make_interval(secs => ?)),
                       coalesce(sum(r.speed) filter (where r.compared > 0), 0), count(*) filter (where r.compared > 0)
                  from node n join node_liveness l on l.node_id = n.id join reputation r on r.node_id = n.id
                 where l.last_seen_at > ?::timestamptz - make_interval(days => ?) group by n.account_id
                on conflict (day, account_id) do update set looks = d.looks + excluded.looks, heard = d.heard + excluded.heard,
                   speeds = d.speeds + excluded.speeds, measured = d.measured + excluded.measured""")) {
            new Columns(connection, insert)
                    .set(day(now).toString())
                    .set(now.toString())
                    .set(offlineAfter.toMillis() / 1000.0)
                    .set(now.toString())
                    .set(GONE_AFTER_DAYS);
            insert.executeUpdate();
        }
    }

    static int forget(Connection connection, Instant before, int most) throws SQLException {
        int deleted = 0;
        for (String table : List.of("provider_day", "validator_day")) {
            try (var delete = connection.prepareStatement("delete from " + table
                    + " where ctid = any(array(select ctid from " + table + " where day < ?::date limit ?))")) {
                new Columns(connection, delete).set(day(before).toString()).set(most);
                deleted = Math.max(deleted, delete.executeUpdate());
            }
        }
        return deleted;
    }

    static LocalDate day(Instant at) {
        return at.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    /** Those with most accepted work. */
    static List<Work> providers(Connection connection, LocalDate since, int most) throws SQLException {
        try (var select =
                connection.prepareStatement("select account_id, sum(accepted) as accepted, sum(failed) as failed,"
                        + " sum(looks) as looks, sum(heard) as heard, sum(speeds) as speeds, sum(measured) as measured"
                        + " from provider_day where day >= ?::date group by account_id having sum(accepted) > 0"
                        + " order by accepted desc, account_id limit ?")) {
            new Columns(connection, select).set(since.toString()).set(most);
            var found = new ArrayList<Work>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Work(
                            uuid(row, "account_id"),
                            row.getLong("accepted"),
                            row.getLong("failed"),
                            row.getLong("looks"),
                            row.getLong("heard"),
                            row.getDouble("speeds"),
                            row.getLong("measured")));
                }
            }
            return found;
        }
    }

    static List<Judged> validators(Connection connection, LocalDate since, int most) throws SQLException {
        try (var select = connection.prepareStatement("select validator, sum(cases) as cases, sum(agreed) as agreed,"
                + " sum(attested) as attested from validator_day where day >= ?::date group by validator"
                + " order by agreed desc, attested desc, validator limit ?")) {
            new Columns(connection, select).set(since.toString()).set(most);
            var found = new ArrayList<Judged>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.add(new Judged(
                            row.getString("validator"),
                            row.getLong("cases"),
                            row.getLong("agreed"),
                            row.getLong("attested")));
                }
            }
            return found;
        }
    }

    /** By which address a chain knows these: of those a node of whose showed in a run that it has its key. */
    static Map<UUID, String> addresses(Connection connection, Collection<UUID> accounts) throws SQLException {
        try (var select =
                connection.prepareStatement("select n.account_id, min(m.provider::text) as address from node n"
                        + " join run_node m on m.node_id = n.id and m.address = n.node_address"
                        + " where n.account_id = any(?) group by n.account_id")) {
            new Columns(connection, select).uuids(accounts, id -> id);
            var found = new HashMap<UUID, String>();
            try (var row = select.executeQuery()) {
                while (row.next()) {
                    found.put(uuid(row, "account_id"), row.getString("address"));
                }
            }
            return found;
        }
    }
}
