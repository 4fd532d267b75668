package io.pithead.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** What must hold is read from the catalogue, so a new rule without a bad row, or a new table without a good one, is red. */
class ConstraintIT {
    private static final Set<String> FILLED_BY_THE_SCHEMA =
            Set.of("auth_revision", "webhook_revision", "coordinator", "reputation", "canary_draw");

    private static DataSource database;
    private Connection connection;

    @BeforeAll
    static void migrate() throws SQLException {
        database = TestServer.migrated();
    }

    @BeforeEach
    void open() throws SQLException {
        connection = database.getConnection();
        connection.setAutoCommit(false);
        TestServer.run(connection, Row.WORLD);
        TestServer.run(connection, Row.TASK_OF_THE_WORLD);
        TestServer.run(connection, Row.GROUP_OF_THE_WORLD);
        TestServer.run(connection, Row.CONTAINERS_OF_THE_WORLD);
        TestServer.run(connection, Row.TRANSACTION_OF_THE_WORLD);
        TestServer.run(connection, Row.CHAIN_OF_THE_WORLD);
        TestServer.run(connection, Row.RUN_OF_THE_WORLD);
        TestServer.run(connection, Row.EPOCH_OF_THE_WORLD);
        TestServer.run(connection, Row.VERIFICATION_OF_THE_WORLD);
        TestServer.run(connection, Row.VALIDATOR_OF_THE_WORLD);
        TestServer.run(connection, Row.REFEREE_OF_THE_WORLD);
        TestServer.run(connection, Row.MARK_OF_THE_WORLD);
        TestServer.run(connection, Row.SANCTION_OF_THE_WORLD);
        TestServer.run(connection, Row.USERS_OF_THE_WORLD);
    }

    @AfterEach
    void close() throws SQLException {
        connection.rollback();
        connection.close();
    }

    @TestFactory
    Stream<DynamicTest> every_good_row_is_taken_and_its_key_only_once() throws SQLException {
        List<String> tables = Catalogue.tables(connection);
        assertThat(tables).hasSizeGreaterThan(20);
        return tables.stream()
                .map(table -> DynamicTest.dynamicTest(
                        table, () -> TestServer.undone(connection, own -> takesItOnce(own, table))));
    }

    private static void takesItOnce(Connection connection, String table) throws SQLException {
        Row row = Row.of(table);
        if (!FILLED_BY_THE_SCHEMA.contains(table)) {
            TestServer.run(connection, row.insert());
        }
        List<String> key = TestServer.column(
                connection,
                "select attname from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)"
                        + " where indisprimary and indrelid = '" + table + "'::regclass");
        Row again = row;
        for (String column : key) {
            again = again.with(column, "(select " + column + " from " + table + " order by ctid desc limit 1)");
        }
        Refused.by(
                connection,
                table + "_pkey",
                again.insert().replace(") values (", ") overriding system value values ("));
    }

    @TestFactory
    Stream<DynamicTest> every_rule_refuses_what_it_names() throws SQLException {
        List<String> rules = Catalogue.rules(connection);
        assertThat(rules).hasSizeGreaterThan(60);
        for (Row row : BadRows.THERE_ALREADY) {
            TestServer.run(connection, row.insert());
        }
        return rules.stream()
                .map(rule -> DynamicTest.dynamicTest(rule, () -> {
                    List<Row> bad = BadRows.byRule().getOrDefault(rule, List.of());
                    assertThat(bad)
                            .as("rows that %s must refuse: add them to BadRows", rule)
                            .isNotEmpty();
                    for (Row row : bad) {
                        TestServer.undone(connection, own -> Refused.by(own, rule, row.insert()));
                    }
                }));
    }

    @Test
    void addresses_hashes_and_amounts_of_chains_have_their_form() throws SQLException {
        Refused.by(connection, "chain_address_form", "select ('0x' || repeat('A', 40))::chain_address");
        Refused.by(connection, "chain_address_form", "select ('0x' || repeat('a', 41))::chain_address");
        Refused.by(connection, "chain_hash_form", "select ('0x' || repeat('a', 63))::chain_hash");
        Refused.by(connection, "chain_hash_form", "select repeat('a', 66)::chain_hash");
        Refused.by(connection, "wei_range", "select (-1)::wei");
        Refused.by(connection, "wei_range", "select power(2::numeric, 256)::wei");
        TestServer.run(connection, "select (power(2::numeric, 256) - 1)::wei");
    }

    @Test
    void no_bad_row_is_kept_for_a_rule_that_is_gone() throws SQLException {
        assertThat(Catalogue.rules(connection)).containsAll(BadRows.byRule().keySet());
    }
}
