package io.pithead.db;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Each trigger of the catalogue, by what it refuses or by what it moves. */
class TriggerIT {
    private static final String AUTH = "select revision from auth_revision";
    private static final String USERS = "select users from auth_revision";
    private static final String WEBHOOK = "select revision from webhook_revision";
    private static final String USAGE = "select coalesce(max(bytes), 0) from artifact_usage";
    private static final String AVAILABLE = "select balance from ledger_account where id = " + Row.pot("AVAILABLE");

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
        TestServer.run(connection, Row.RUN_OF_THE_WORLD);
        TestServer.run(
                connection,
                Row.of("api_key").insert(),
                Row.of("node_liveness").insert(),
                Row.of("audit").insert(),
                Row.of("job_event").insert(),
                Row.of("ledger_entry").insert(),
                Row.of("receipt").insert(),
                Row.of("locked_pay").insert(),
                Row.of("run_node_event").insert(),
                Row.of("signing_key").insert(),
                Row.of("webhook_subscription").insert(),
                Row.of("artifact").insert(),
                Row.of("artifact_upload").insert());
        TestServer.run(connection, Row.EPOCH_OF_THE_WORLD);
        TestServer.run(
                connection,
                Row.of("epoch_payout").insert(),
                Row.of("payout_leaf").insert(),
                Row.of("attestation").insert());
        TestServer.run(
                connection,
                Row.of("job").with("verification", "'REPLICATE'").insert(),
                Row.of("verification_decision").insert(),
                Row.of("dispute")
                        .with("outcome", "'REJECTED'")
                        .with("decided_at", "now()")
                        .insert());
        TestServer.run(connection, Row.REFEREE_OF_THE_WORLD);
        TestServer.run(connection, Row.of("finding").insert());
        TestServer.run(
                connection,
                Row.of("charge")
                        .with("outcome", "'CLEARED'")
                        .with("closed_at", "now()")
                        .insert());
        TestServer.run(
                connection,
                Row.USERS_OF_THE_WORLD,
                Row.of("user_membership").insert(),
                Row.of("user_session").insert());
        TestServer.run(
                connection, Row.SANCTION_OF_THE_WORLD, Row.of("sanction_event").insert());
    }

    @AfterEach
    void close() throws SQLException {
        connection.rollback();
        connection.close();
    }

    /** One trigger shown to work. */
    private sealed interface Case {
        void show(Connection connection) throws SQLException;
    }

    /** What it says, to each of these. */
    private record Refuses(String message, List<String> statements) implements Case {
        @Override
        public void show(Connection connection) throws SQLException {
            for (String statement : statements) {
                Refused.saying(connection, message, statement);
            }
        }
    }

    /** How far each of these moves a number. */
    private record Moves(String number, long by, List<String> statements) implements Case {
        @Override
        public void show(Connection connection) throws SQLException {
            for (String statement : statements) {
                long before = Long.parseLong(TestServer.value(connection, number));
                TestServer.run(connection, statement);
                long after = Long.parseLong(TestServer.value(connection, number));
                assertThat(after - before).as(statement).isEqualTo(by);
            }
        }
    }

    private static Refuses appendOnly(String table, String column) {
        return new Refuses(
                table, List.of("update " + table + " set " + column + " = " + column, "delete from " + table));
    }

    private static Refuses untruncated(String table) {
        return new Refuses(table + " is append-only", List.of("truncate " + table + " cascade"));
    }

    private static Map<String, Case> cases() {
        var cases = new LinkedHashMap<String, Case>();
        cases.put(
                "account_raises_auth_revision",
                new Moves(
                        AUTH,
                        1,
                        List.of("update account set weight = 2", "delete from account where name = 'without pots'")));
        cases.put(
                "api_key_raises_auth_revision",
                new Moves(
                        AUTH,
                        1,
                        List.of(
                                "update api_key set revoked_at = now()",
                                "update api_key set expires_at = now()",
                                "update api_key set requests_per_minute = 1",
                                "delete from api_key",
                                Row.of("api_key").insert())));
        cases.put("account_raises_user_revision", new Moves(USERS, 1, List.of("update account set weight = 3")));
        cases.put(
                "app_user_raises_user_revision",
                new Moves(
                        USERS,
                        1,
                        List.of(
                                "update app_user set disabled_at = now()",
                                "update app_user set name = 'eve' where name = 'ada'",
                                "delete from app_user where name = 'grace'")));
        cases.put(
                "user_membership_raises_user_revision",
                new Moves(
                        USERS,
                        1,
                        List.of(
                                "delete from user_membership",
                                Row.of("user_membership").insert(),
                                "update user_membership set role = 'VIEWER'")));
        cases.put(
                "user_session_raises_user_revision",
                new Moves(USERS, 1, List.of("update user_session set expires_at = now()", "delete from user_session")));
        cases.put(
                "node_begins_reputation",
                new Moves(
                        "select count(*) from reputation",
                        1,
                        List.of(Row.of("node").insert())));
        histories(cases);
        cases.put("audit_append_only", appendOnly("audit", "action"));
        cases.put("audit_not_truncated", untruncated("audit"));
        cases.put("job_event_append_only", appendOnly("job_event", "actor"));
        cases.put("ledger_entry_append_only", appendOnly("ledger_entry", "amount"));
        cases.put("ledger_entry_not_truncated", untruncated("ledger_entry"));
        cases.put("run_node_event_append_only", appendOnly("run_node_event", "reason"));
        cases.put(
                "locked_pay_kept_as_it_is",
                new Refuses(
                        "locked_pay is append-only",
                        List.of(
                                "update locked_pay set matures_at = now() - interval '1 s'",
                                "update locked_pay set amount = 6")));
        cases.put("locked_pay_not_truncated", untruncated("locked_pay"));
        cases.put("receipt_append_only", appendOnly("receipt", "body"));
        cases.put("receipt_not_truncated", untruncated("receipt"));
        cases.put(
                "ledger_entry_moves_balances",
                new Moves(AVAILABLE, 5, List.of(Row.of("ledger_entry").insert())));
        cases.put(
                "ledger_account_kept",
                new Refuses("ledger_account is append-only", List.of("delete from ledger_account")));
        cases.put("ledger_account_not_truncated", untruncated("ledger_account"));
        cases.put(
                "ledger_account_balance_follows",
                new Refuses(
                        "balances change by ledger entries only",
                        List.of(
                                "update ledger_account set balance = balance + 1",
                                "update ledger_account set balance = 0 where id = " + Row.pot("AVAILABLE"))));
        cases.put(
                "ledger_account_opens_empty",
                new Refuses(
                        "balances change by ledger entries only",
                        List.of(Row.of("ledger_account").with("balance", "1").insert())));
        cases.put(
                "ledger_account_stays_whose_it_is",
                new Refuses(
                        "ledger_account is append-only",
                        List.of(
                                "update ledger_account set pot = 'EXTERNAL', account_id = null where id = "
                                        + Row.pot("PENDING"),
                                "update ledger_account set account_id = (select id from account where name = 'without pots')"
                                        + " where pot <> 'EXTERNAL'")));
        cases.put(
                "signing_key_kept",
                new Refuses(
                        "signing_key is append-only",
                        List.of("delete from signing_key", "update signing_key set public_key = 'another'")));
        cases.put("signing_key_not_truncated", untruncated("signing_key"));
        cases.put(
                "webhook_subscription_raises_revision",
                new Moves(
                        WEBHOOK,
                        1,
                        List.of(
                                "update webhook_subscription set url = 'https://example.org/other'",
                                "delete from webhook_subscription",
                                Row.of("webhook_subscription").insert())));
        cases.put("attestation_append_only", appendOnly("attestation", "verdict"));
        cases.put("sanction_event_append_only", appendOnly("sanction_event", "event"));
        cases.put("sanction_event_not_truncated", untruncated("sanction_event"));
        cases.put("attestation_not_truncated", untruncated("attestation"));
        artifacts(cases);
        settlement(cases);
        verification(cases);
        return cases;
    }

    private static void histories(Map<String, Case> cases) {
        String rows = "select count(*) from node_history";
        cases.put(
                "node_notes_state",
                new Moves(
                        rows,
                        1,
                        List.of(
                                Row.of("node").insert(),
                                "update node set draining = true where id = " + Row.NODE,
                                "update node set ban = 'one' where id = " + Row.NODE,
                                "update node set ban = 'another' where id = " + Row.NODE,
                                "update node set ban = null where id = " + Row.NODE)));
        cases.put(
                "node_liveness_notes_silence",
                new Moves(
                        rows,
                        1,
                        List.of("update node_liveness set silent = true", "update node_liveness set silent = false")));
        cases.put(
                "node_history_is_bounded",
                new Moves(
                        "select greatest(count(*), 200) from node_history",
                        0,
                        List.of("insert into node_history (node_id, state, why, actor) select " + Row.NODE
                                + ", 'ONLINE', 'heard', 'coordinator' from generate_series(1, 300)")));
        cases.put(
                "node_history_kept_as_it_is",
                new Refuses("node_history is append-only", List.of("update node_history set why = 'another'")));
    }

    /** A small file counts as a block of the disk, a large one as it is. */
    private static void artifacts(Map<String, Case> cases) {
        Row artifact = Row.of("artifact").with("sha256", "repeat('1', 64)");
        Row upload = Row.of("artifact_upload").with("sha256", "repeat('1', 64)");
        cases.put(
                "artifact_adds_usage",
                new Moves(USAGE, 10_000, List.of(artifact.with("size", "10000").insert())));
        cases.put("artifact_frees_usage", new Moves(USAGE, -4_096, List.of("delete from artifact")));
        cases.put("artifact_upload_adds_usage", new Moves(USAGE, 4_096, List.of(upload.insert())));
        cases.put("artifact_upload_frees_usage", new Moves(USAGE, -4_096, List.of("delete from artifact_upload")));
        cases.put(
                "artifact_size_fixed",
                new Refuses("the size of artifact is what was counted", List.of("update artifact set size = 2")));
        cases.put(
                "artifact_upload_size_fixed",
                new Refuses(
                        "the size of artifact_upload is what was counted",
                        List.of(
                                "update artifact_upload set size = 2",
                                "update artifact_upload set account_id = (select id from account where name = 'without pots')")));
    }

    private static void settlement(Map<String, Case> cases) {
        cases.put("epoch_payout_append_only", appendOnly("epoch_payout", "amount"));
        cases.put("epoch_payout_not_truncated", untruncated("epoch_payout"));
        cases.put(
                "payout_leaf_only_grows",
                new Refuses(
                        "a leaf only grows, at its place",
                        List.of(
                                "update payout_leaf set cumulative = cumulative",
                                "update payout_leaf set cumulative = cumulative - 1",
                                "update payout_leaf set cumulative = cumulative + 1, position = 1",
                                "update payout_leaf set cumulative = cumulative + 1, chain_id = 2",
                                "update payout_leaf set cumulative = cumulative + 1, address = '0x' || repeat('0b', 20)")));
        cases.put("payout_leaf_kept", new Refuses("payout_leaf is append-only", List.of("delete from payout_leaf")));
        cases.put("payout_leaf_not_truncated", untruncated("payout_leaf"));
    }

    /** Leases and progress are nothing to judge, and a job that nobody wants verified is nobody's business. */
    private static void verification(Map<String, Case> cases) {
        cases.put("verification_decision_append_only", appendOnly("verification_decision", "reason"));
        cases.put("verification_decision_not_truncated", untruncated("verification_decision"));
        cases.put(
                "finding_kept",
                new Refuses("finding is append-only", List.of("update finding set output_sha = repeat('1', 64)")));
        cases.put(
                "charge_closed_once",
                new Refuses(
                        "charge is append-only",
                        List.of(
                                "update charge set outcome = 'CONFIRMED' where outcome = 'CLEARED'",
                                "update charge set outcome = null, closed_at = null where outcome = 'CLEARED'")));
        cases.put(
                "dispute_decided_once",
                new Refuses(
                        "dispute is append-only",
                        List.of(
                                "update dispute set outcome = 'UPHELD'",
                                "update dispute set outcome = null, decided_at = null")));
        cases.put(
                "job_nudges_verification",
                new Moves(
                        "select count(*) from verification_nudge",
                        1,
                        List.of(
                                "update job set state = 'VERIFYING'",
                                "update job set state = 'QUEUED'",
                                "update job set state = 'CANCELED', finished_at = now()",
                                "update job set verification = null, kind = 'REPLICA', parent = " + Row.TASK
                                        + ", state = 'EXPIRED'")));
    }

    @Test
    void what_is_no_news_for_a_judge_nudges_nobody() throws SQLException {
        TestServer.run(
                connection,
                "update job set state = 'LEASED', lease_token = 1, lease_expires_at = now(), lease_node = " + Row.NODE,
                "update job set state = 'RUNNING'",
                "update job set percent = 5",
                "update job set state = 'RUNNING'",
                "update job set verification = null, lease_expires_at = null, state = 'VERIFYING'");
        assertThat(TestServer.value(connection, "select count(*) from verification_nudge"))
                .isEqualTo("0");
    }

    @TestFactory
    Stream<DynamicTest> every_trigger_does_what_it_is_there_for() throws SQLException {
        Map<String, Case> cases = cases();
        assertThat(cases.keySet()).containsExactlyInAnyOrderElementsOf(Catalogue.triggers(connection));
        return cases.entrySet().stream()
                .map(one -> DynamicTest.dynamicTest(
                        one.getKey(), () -> TestServer.undone(connection, one.getValue()::show)));
    }

    @Test
    void the_history_of_a_job_cannot_be_changed_through_its_partition_either() throws SQLException {
        String partition = TestServer.value(connection, "select tableoid::regclass from job_event");

        Refused.saying(connection, "is append-only", "update " + partition + " set actor = 'nobody'");
        Refused.saying(connection, "is append-only", "delete from " + partition);
    }

    @Test
    void many_entries_of_one_statement_move_each_balance_once_and_all_sums_to_zero() throws SQLException {
        Row entry = Row.of("ledger_entry");
        Row reserve = BadRows.reserve().with("debit", Row.pot("AVAILABLE")).with("credit", Row.pot("RESERVED"));
        String tuple = reserve.insert().replaceFirst(".*?values ", "");
        TestServer.run(
                connection,
                entry.with("amount", "100").insert(),
                reserve.insert() + ", " + tuple.replace("'RESERVE'", "'SETTLE'") + ", "
                        + tuple.replace("'RESERVE'", "'UNLOCK'"));

        assertThat(TestServer.value(connection, AVAILABLE)).isEqualTo("92");
        assertThat(TestServer.value(connection, "select balance from ledger_account where id = " + Row.pot("RESERVED")))
                .isEqualTo("15");
        assertThat(TestServer.value(connection, "select sum(balance) from ledger_account"))
                .isEqualTo("0");
    }

    @Test
    void an_entry_of_a_pot_that_does_not_exist_is_refused() throws SQLException {
        Refused.saying(
                connection,
                "an entry names a ledger account that does not exist",
                Row.of("ledger_entry").with("credit", "4711").insert());
    }
}
