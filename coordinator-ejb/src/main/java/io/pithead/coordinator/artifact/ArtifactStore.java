package io.pithead.coordinator.artifact;

import io.pithead.coordinator.platform.Columns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;

/** The rows of the artifact store. */
final class ArtifactStore {
    private static final String MAY_READ = """
            select exists (select 1 from artifact where account_id = ? and sha256 = ?)
                or exists (select 1 from artifact_grant where sha256 = ? and account_id = ?)
                or exists (select 1
                             from node n
                             join job j on j.lease_node = n.id and j.state in ('LEASED', 'RUNNING')
                                       and j.lease_expires_at > now()
                             join artifact a on a.account_id = j.account_id and a.sha256 = ?
                             join job_spec s on s.job_id = j.id
                            where n.account_id = ?
                              and exists (select 1 from json_array_elements(
                                              case json_typeof(s.request->'inputs') when 'array' then s.request->'inputs' end) i
                                           where i->>'sha256' = a.sha256))
                or exists (select 1
                             from task_snapshot_chunk c
                             join task_snapshot s on s.job_id = c.job_id
                            where c.sha256 = ?
                              and (s.account_id = ?
                                   or exists (select 1
                                                from job j
                                                join node n on n.id = j.lease_node
                                               where j.id in (s.job_id, s.heir) and j.state in ('LEASED', 'RUNNING')
                                                 and j.lease_expires_at > now() and n.account_id = ?)))
            """;

    /** What still waits or runs keeps its inputs; the jobs are read once, whatever the number of candidates. */
    private static final String EXPIRE = """
            with candidate as materialized (
                select account_id, sha256 from artifact where kept_until < now() order by kept_until limit ?
            ), needed as materialized (
                select distinct j.account_id, i->>'sha256' as sha256
                  from job j
                  join job_spec s on s.job_id = j.id
                 cross join lateral json_array_elements(
                       case json_typeof(s.request->'inputs') when 'array' then s.request->'inputs' end) i
                 where j.account_id in (select account_id from candidate)
                   and j.state in ('QUEUED', 'LEASED', 'RUNNING', 'VERIFYING')
            ), kept as (
                update artifact a set kept_until = now() + interval '1 day'
                  from candidate c join needed n using (account_id, sha256)
                 where a.account_id = c.account_id and a.sha256 = c.sha256
            )
            delete from artifact a
             using candidate c
             where a.account_id = c.account_id and a.sha256 = c.sha256 and a.kept_until < now()
               and not exists (select 1 from needed n where n.account_id = c.account_id and n.sha256 = c.sha256)
            returning a.sha256
            """;

    private ArtifactStore() {}

    static boolean owns(Connection connection, ArtifactName name) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select 1 from artifact where account_id = ? and sha256 = ?")) {
            return exists(bind(statement, name.accountId(), name.sha256()));
        }
    }

    static boolean mayRead(Connection connection, ArtifactName name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(MAY_READ)) {
            UUID account = name.accountId();
            String sha = name.sha256();
            bind(statement, account, sha, sha, account, sha, account, sha, account, account);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    /** @return whether it is there still */
    static boolean keep(Connection connection, ArtifactName name, Duration retention) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                update artifact set kept_until = greatest(kept_until, now() + make_interval(secs => ?))
                 where account_id = ? and sha256 = ?
                """)) {
            return bind(statement, retention.toSeconds(), name.accountId(), name.sha256())
                            .executeUpdate()
                    > 0;
        }
    }

    /** The size that the upload which has begun announced. */
    static OptionalLong begun(Connection connection, ArtifactName name) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select size from artifact_upload where account_id = ? and sha256 = ?")) {
            bind(statement, name.accountId(), name.sha256());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** Takes the artifact's size from the quota. @return what the account then uses */
    static long reserve(Connection connection, ArtifactName name, long size) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "delete from artifact_upload where account_id = ? and sha256 = ? and size <> ?")) {
            bind(statement, name.accountId(), name.sha256(), size).executeUpdate();
        }
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into artifact_upload (account_id, sha256, size) values (?, ?, ?)
                    on conflict (account_id, sha256) do update set touched_at = now()
                """)) {
            bind(statement, name.accountId(), name.sha256(), size).executeUpdate();
        }
        try (PreparedStatement statement =
                connection.prepareStatement("select bytes from artifact_usage where account_id = ?")) {
            bind(statement, name.accountId());
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getLong(1) : 0;
            }
        }
    }

    static int begunCount(Connection connection, UUID accountId) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select count(*) from artifact_upload where account_id = ?")) {
            bind(statement, accountId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? row.getInt(1) : 0;
            }
        }
    }

    static boolean touch(Connection connection, ArtifactName name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(
                "update artifact_upload set touched_at = now() where account_id = ? and sha256 = ?")) {
            return bind(statement, name.accountId(), name.sha256()).executeUpdate() > 0;
        }
    }

    static boolean release(Connection connection, ArtifactName name) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("delete from artifact_upload where account_id = ? and sha256 = ?")) {
            return bind(statement, name.accountId(), name.sha256()).executeUpdate() > 0;
        }
    }

    /** Held to the end of the transaction, by whoever puts the file of this digest in its place or removes it. */
    static void lock(Connection connection, String sha256) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select pg_advisory_xact_lock(hashtextextended('artifact:' || ?, 0))")) {
            bind(statement, sha256).execute();
        }
    }

    static void own(Connection connection, ArtifactName name, long size, Duration retention) throws SQLException {
        release(connection, name);
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into artifact (account_id, sha256, size, kept_until)
                values (?, ?, ?, now() + make_interval(secs => ?))
                    on conflict (account_id, sha256) do update set kept_until = excluded.kept_until
                """)) {
            bind(statement, name.accountId(), name.sha256(), size, retention.toSeconds())
                    .executeUpdate();
        }
    }

    /** @return of how many the bytes stay for a day, whatever becomes of the owner's */
    static int lend(Connection connection, UUID owner, UUID to, Collection<String> shas) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                with theirs as materialized (
                    select sha256, size from artifact where account_id = ? and sha256 = any(?) order by sha256 for share
                )
                insert into artifact as a (account_id, sha256, size, kept_until)
                select ?, sha256, size, now() + interval '1 day' from theirs
                    on conflict (account_id, sha256) do update set kept_until = greatest(a.kept_until, excluded.kept_until)
                """)) {
            new Columns(connection, statement)
                    .set(owner)
                    .texts(shas, sha -> sha)
                    .set(to);
            return statement.executeUpdate();
        }
    }

    /** Those of the digests that the account did not bring itself. */
    static Set<String> missing(Connection connection, UUID accountId, Collection<String> shas) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select s from unnest(?) s
                 where not exists (select 1 from artifact where account_id = ? and sha256 = s)
                """)) {
            new Columns(connection, statement).texts(shas, sha -> sha).set(accountId);
            return Set.copyOf(texts(statement));
        }
    }

    static void grant(Connection connection, UUID jobId, UUID buyer, Collection<String> shas) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                insert into artifact_grant (job_id, sha256, account_id)
                select ?, s, ? from unnest(?) s on conflict do nothing
                """)) {
            new Columns(connection, statement).set(jobId).set(buyer).texts(new HashSet<>(shas), sha -> sha);
            statement.executeUpdate();
        }
    }

    static void disown(Connection connection, UUID accountId, Collection<String> shas) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("delete from artifact where account_id = ? and sha256 = any(?)")) {
            new Columns(connection, statement).set(accountId).texts(shas, sha -> sha);
            statement.executeUpdate();
        }
    }

    /** Those of the digests that nobody owns, no grant names and no snapshot consists of. */
    static List<String> unreferenced(Connection connection, Collection<String> shas) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select s from unnest(?) s
                 where not exists (select 1 from artifact where sha256 = s)
                   and not exists (select 1 from artifact_grant where sha256 = s)
                   and not exists (select 1 from task_snapshot_chunk where sha256 = s)
                """)) {
            new Columns(connection, statement).texts(shas, sha -> sha);
            return texts(statement);
        }
    }

    static boolean isUnreferenced(Connection connection, String sha256) throws SQLException {
        return !unreferenced(connection, List.of(sha256)).isEmpty();
    }

    static List<ArtifactName> staleUploads(Connection connection, Duration age, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("""
                select account_id, sha256 from artifact_upload
                 where touched_at < now() - make_interval(secs => ?) order by touched_at limit ?
                """)) {
            bind(statement, age.toSeconds(), limit);
            var found = new ArrayList<ArtifactName>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(new ArtifactName(Columns.uuid(row, "account_id"), row.getString("sha256")));
                }
            }
            return found;
        }
    }

    /** Removes what is past its time and needed by no job. @return the digests of what was removed */
    static Set<String> expire(Connection connection, int limit) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(EXPIRE)) {
            return new HashSet<>(texts(bind(statement, limit)));
        }
    }

    private static PreparedStatement bind(PreparedStatement statement, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            statement.setObject(i + 1, values[i]);
        }
        return statement;
    }

    private static boolean exists(PreparedStatement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery()) {
            return row.next();
        }
    }

    private static List<String> texts(PreparedStatement statement) throws SQLException {
        var found = new ArrayList<String>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                found.add(row.getString(1));
            }
        }
        return found;
    }
}
