package io.pithead.db;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What the database itself says it enforces. Partitions only repeat what their parents say. */
final class Catalogue {
    private static final String OURS = " c.relnamespace = 'public'::regnamespace and not c.relispartition"
            + " and c.relname <> 'flyway_schema_history'";

    private Catalogue() {}

    static List<String> tables(Connection connection) throws SQLException {
        return TestServer.column(
                connection,
                "select c.relname from pg_class c where c.relkind in ('r', 'p') and" + OURS + " order by c.relname");
    }

    /** Checks, unique constraints and foreign keys, and unique indexes that are no constraint; not primary keys. */
    static List<String> rules(Connection connection) throws SQLException {
        return TestServer.column(
                connection,
                "select n.conname from pg_constraint n join pg_class c on c.oid = n.conrelid"
                        + " where n.contype in ('c', 'u', 'f', 'x') and" + OURS
                        + " union select i.relname from pg_index x join pg_class i on i.oid = x.indexrelid"
                        + " join pg_class c on c.oid = x.indrelid where x.indisunique and"
                        + " not exists (select 1 from pg_constraint n where n.conindid = x.indexrelid) and" + OURS
                        + " order by 1");
    }

    static List<String> triggers(Connection connection) throws SQLException {
        return TestServer.column(
                connection,
                "select t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
                        + " where not t.tgisinternal and" + OURS + " order by t.tgname");
    }
}
