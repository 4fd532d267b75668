package io.pithead.coordinator.node;

import io.pithead.coordinator.node.core.Marks.Mark;
import io.pithead.coordinator.platform.Columns;
import io.pithead.protocol.admin.Twins;
import io.pithead.protocol.admin.Twins.Kind;
import io.pithead.protocol.admin.Twins.Twin;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The SQL of marks. */
final class MarkStore {
    /** Of one node: more than it can say at once, so that what it says no more is known for a while. */
    static final int MAX_OF_NODE = 128;

    static final int MAX_TWINS = 50;

    /** One after the other, in one order: of two nodes that come with one mark at the same moment the second sees the first. */
    private static final String LOCK = "select pg_advisory_xact_lock(hashtextextended(kind || ' ' || mark, 22))"
            + " from (select kind, mark from unnest(?, ?) as m(kind, mark) order by kind, mark) ordered";

    private static final String PUT = "insert into node_mark (node_id, kind, mark)"
            + " select ?, kind, mark from unnest(?, ?) as m(kind, mark) order by kind, mark"
            + " on conflict (node_id, kind, mark) do update set last_seen_at = now()";
    private static final String SHARE = "insert into shared_mark (kind, mark)"
            + " select kind, mark from unnest(?, ?) as m(kind, mark) where exists (select 1 from node_mark o"
            + " where o.kind = m.kind and o.mark = m.mark and o.node_id <> ?) order by kind, mark"
            + " on conflict do nothing returning kind, mark";
    /** What is borne by one alone is shared no more: whoever names ever new marks leaves nothing behind. */
    private static final String FORGET = "with gone as (delete from node_mark where node_id = ? and (kind, mark) in ("
            + "select kind, mark from node_mark where node_id = ? order by last_seen_at desc, kind, mark offset "
            + MAX_OF_NODE + ") returning node_id, kind, mark)"
            + " delete from shared_mark s using gone g where s.kind = g.kind and s.mark = g.mark"
            + " and (select count(*) from (select 1 from node_mark o where o.kind = g.kind and o.mark = g.mark"
            + " and o.node_id <> g.node_id limit 2) others) < 2";

    private static final String PAGE = "select s.number, s.kind, s.mark, s.since, t.id, t.account_id, t.miner_id,"
            + " t.node_address, t.first_seen_at, t.last_seen_at"
            + " from (select * from shared_mark where number < ? order by number desc limit ?) s"
            + " left join lateral (select n.id, n.account_id, n.miner_id, n.node_address, m.first_seen_at, m.last_seen_at"
            + " from node_mark m join node n on n.id = m.node_id where m.kind = s.kind and m.mark = s.mark"
            + " order by m.last_seen_at desc, n.id limit " + MAX_TWINS
            + ") t on true order by s.number desc, t.last_seen_at desc, t.id";

    private MarkStore() {}

    /** A mark that is borne by several, in the order in which that was found. */
    record Numbered(long number, Twins twins) {}

    /** @return those that nobody knew to be borne by another node as well */
    static List<Mark> seen(Connection connection, UUID node, List<Mark> marks) throws SQLException {
        if (marks.isEmpty()) {
            return List.of();
        }
        try (var lock = connection.prepareStatement(LOCK);
                var put = connection.prepareStatement(PUT);
                var forget = connection.prepareStatement(FORGET)) {
            columns(new Columns(connection, lock), marks);
            lock.executeQuery().close();
            columns(new Columns(connection, put).set(node), marks);
            put.executeUpdate();
            new Columns(connection, forget).set(node).set(node);
            forget.executeUpdate();
        }
        return share(connection, node, marks);
    }

    private static List<Mark> share(Connection connection, UUID node, List<Mark> marks) throws SQLException {
        try (var share = connection.prepareStatement(SHARE)) {
            columns(new Columns(connection, share), marks).set(node);
            var shared = new ArrayList<Mark>();
            try (var row = share.executeQuery()) {
                while (row.next()) {
                    shared.add(new Mark(Kind.valueOf(row.getString("kind")), row.getString("mark")));
                }
            }
            return shared;
        }
    }

    private static Columns columns(Columns columns, List<Mark> marks) throws SQLException {
        return columns.texts(marks, mark -> mark.kind().name()).texts(marks, Mark::value);
    }

    /** Newest first. */
    static List<Numbered> page(Connection connection, @Nullable Long before, int limit) throws SQLException {
        try (var select = connection.prepareStatement(PAGE)) {
            new Columns(connection, select)
                    .set(before == null ? Long.MAX_VALUE : before)
                    .set(limit);
            var found = new ArrayList<Numbered>();
            try (var row = select.executeQuery()) {
                var twins = new ArrayList<Twin>();
                boolean more = row.next();
                while (more) {
                    long number = row.getLong("number");
                    Kind kind = Kind.valueOf(row.getString("kind"));
                    String mark = row.getString("mark");
                    Instant since = Columns.requiredInstant(row, "since");
                    twins.clear();
                    while (more && row.getLong("number") == number) {
                        // one whose nodes have gone has its place, or the page would end the list
                        if (row.getString("miner_id") != null) {
                            twins.add(twin(row));
                        }
                        more = row.next();
                    }
                    found.add(new Numbered(number, new Twins(kind, mark, since, twins)));
                }
            }
            return found;
        }
    }

    private static Twin twin(ResultSet row) throws SQLException {
        return new Twin(
                Columns.uuid(row, "id"),
                Columns.uuid(row, "account_id"),
                row.getString("miner_id"),
                row.getString("node_address"),
                Columns.requiredInstant(row, "first_seen_at"),
                Columns.requiredInstant(row, "last_seen_at"));
    }
}
