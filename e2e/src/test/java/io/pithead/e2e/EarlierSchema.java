package io.pithead.e2e;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.flywaydb.core.Flyway;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * A database as an earlier version of the schema would hold it: made by that version's own migrations, and filled with
 * the rows of a real one, less what came later. Its own triggers check each of them and move the balances.
 */
final class EarlierSchema {
    /** Each one holds a row from its beginning, or what the migrations themselves write. */
    private static final Set<String> OWN = Set.of("flyway_schema_history", "auth_revision", "webhook_revision");

    private static final String TABLES =
            "select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                    + " where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition";

    private final Connection from;
    private final Connection to;

    private EarlierSchema(Connection from, Connection to) {
        this.from = from;
        this.to = to;
    }

    /** @param url an empty database */
    static void make(String version, Connection from, String url) throws SQLException {
        var database = new PGSimpleDataSource();
        database.setUrl(url);
        database.setUser(Postgres.USER);
        database.setPassword(Postgres.PASSWORD);
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration")
                .target(version)
                .load()
                .migrate();
        try (Connection to = database.getConnection()) {
            new EarlierSchema(from, to).copy();
        }
    }

    /** How many rows each table has. */
    static Map<String, Long> rows(Connection connection) throws SQLException {
        var rows = new TreeMap<String, Long>();
        for (String table : list(connection, TABLES)) {
            if (!OWN.contains(table)) {
                rows.put(
                        table,
                        Long.valueOf(list(connection, "select count(*) from " + table)
                                .getFirst()));
            }
        }
        return rows;
    }

    private void copy() throws SQLException {
        to.setAutoCommit(false);
        run("delete from coordinator");
        run("select ensure_job_partitions(now() - interval '1 day', now() + interval '21 days')");
        for (String table : inOrder(rows(to).keySet())) {
            copy(table);
        }
        to.commit();
    }

    /** What others refer to comes first. */
    private static List<String> inOrder(Set<String> tables) {
        var order = new ArrayList<>(List.of("account", "node", "ledger_account"));
        tables.stream().filter(table -> !order.contains(table)).forEach(order::add);
        return order;
    }

    private void copy(String table) throws SQLException {
        String columns = list(
                        to,
                        "select string_agg(quote_ident(column_name), ', ') from information_schema.columns"
                                + " where table_name = '" + table + "' and is_generated = 'NEVER'")
                .getFirst();
        String rows = list(from, "select coalesce(json_agg(t), '[]') from " + table + " t")
                .getFirst();
        // balances follow from the entries, quotas from the artifacts
        String read = columns.replace("balance", "0");
        String conflict = table.equals("ledger_account") ? " on conflict do nothing" : "";
        try (PreparedStatement insert = to.prepareStatement("insert into " + table + " (" + columns
                + ") overriding system value select " + read + " from json_populate_recordset(null::" + table
                + ", ?::json)" + conflict)) {
            insert.setString(1, rows);
            insert.executeUpdate();
        }
    }

    private void run(String sql) throws SQLException {
        try (Statement statement = to.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> list(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            var list = new ArrayList<String>();
            while (rows.next()) {
                list.add(rows.getString(1));
            }
            return list;
        }
    }
}
