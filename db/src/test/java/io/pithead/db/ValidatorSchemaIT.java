package io.pithead.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.testing.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
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

/** The schema of a validator, alone in its database: what it must refuse is read from the catalogue, as the coordinator's is. */
class ValidatorSchemaIT {
    private static final String NODE = "'0x' || repeat('0a', 20)";
    private static final String OTHER = "'0x' || repeat('0b', 20)";
    private static final String SHA = "repeat('0', 64)";
    private static final String OURS =
            " c.relnamespace = 'validator'::regnamespace and c.relname <> 'flyway_schema_history'";
    private static DataSource database;
    private Connection connection;

    @BeforeAll
    static void migrate() throws SQLException {
        database = TestPostgres.empty();
        Schema.migrateValidator(database);
    }

    @BeforeEach
    void open() throws SQLException {
        connection = database.getConnection();
        connection.setAutoCommit(false);
        TestServer.run(connection, "set search_path to validator");
    }

    @AfterEach
    void close() throws SQLException {
        connection.rollback();
        connection.close();
    }

    private static Row due() {
        return new Row("due", new LinkedHashMap<>(Map.of("node", NODE, "next_at", "now()", "rest_ms", "1")));
    }

    private static Row planned() {
        var row = new LinkedHashMap<String, String>();
        row.put("id", "gen_random_uuid()");
        row.put("node", NODE);
        row.put("state", "'PLANNED'");
        row.put("size", "1024");
        row.put("rows", "20");
        row.put("commit_within_ms", "1");
        row.put("open_within_ms", "1");
        row.put("planned_at", "now()");
        row.put("deadline", "now()");
        row.put("hinted_at", "now()");
        return new Row("challenge", row);
    }

    private static Row issued() {
        return planned().with("state", "'ISSUED'").with("challenge", "'{}'");
    }

    private static Row line() {
        return issued().with("kind", "'NETWORK'").with("stream_key", SHA);
    }

    private static Row asked() {
        return issued().with("state", "'ASKED'")
                .with("commitment", "'{}'")
                .with("committed_at", "now()")
                .with("question", "'{}'");
    }

    private static Row judged() {
        return asked().with("state", "'JUDGED'")
                .with("verdict", "'VALID'")
                .with("evidence", SHA)
                .with("judged_at", "now()");
    }

    private static Row timed() {
        return judged().with("hardware", "'a'").with("worked_ms", "1").with("timing", "'FAR'");
    }

    private static Row attestation() {
        var row = new LinkedHashMap<String, String>();
        row.put("challenge_id", "gen_random_uuid()");
        row.put("node", NODE);
        row.put("validator", OTHER);
        row.put("verdict", "'VALID'");
        row.put("digest", SHA);
        row.put("document", "'{}'");
        row.put("made_at", "now()");
        return new Row("attestation", row);
    }

    private static Row vote() {
        return new Row(
                "vote",
                new LinkedHashMap<>(Map.of("node", NODE, "seq", "1", "verdict", "'VALID'", "cast_at", "now()")));
    }

    private static Row finding() {
        return new Row(
                "finding",
                new LinkedHashMap<>(Map.of("job_id", "gen_random_uuid()", "document", "'{}'", "made_at", "now()")));
    }

    private static Row charge() {
        var row = new LinkedHashMap<String, String>();
        row.put("id", "gen_random_uuid()");
        row.put("node", NODE);
        row.put("document", "'{}'");
        row.put("until", "now()");
        row.put("seen_at", "now()");
        return new Row("charge", row);
    }

    private static Row judgedCharge() {
        return charge().with("verdict", "'INVALID'")
                .with("reason", "'WRONG_WORK'")
                .with("evidence", SHA)
                .with("judged_at", "now()");
    }

    private static Map<String, List<Row>> bad() {
        var bad = new LinkedHashMap<String, List<Row>>();
        bad.put(
                "finding_or_reason",
                List.of(
                        finding().with("reason", "'none'"),
                        finding().with("document", "null").with("over_at", "now()")));
        bad.put(
                "finding_none_is_over",
                List.of(finding().with("document", "null").with("reason", "'none'")));
        bad.put("finding_refused_is_over", List.of(finding().with("refusal", "'409'")));
        bad.put("charge_node_form", List.of(charge().with("node", "'0xABC'")));
        bad.put("charge_verdict", List.of(judgedCharge().with("verdict", "'VALID'")));
        bad.put("charge_evidence_form", List.of(judgedCharge().with("evidence", "repeat('A', 64)")));
        bad.put(
                "charge_judged_whole",
                List.of(
                        judgedCharge().with("verdict", "null"),
                        judgedCharge().with("reason", "null"),
                        judgedCharge().with("evidence", "null"),
                        judgedCharge().with("judged_at", "null")));
        bad.put("charge_attested_is_judged", List.of(charge().with("attested", "true")));
        bad.put("vote_node_form", List.of(vote().with("node", "'0xABC'")));
        bad.put("vote_verdict", List.of(vote().with("verdict", "'INCONCLUSIVE'")));
        bad.put("due_node_form", List.of(due().with("node", "'0xABC'")));
        bad.put("due_rest_not_negative", List.of(due().with("rest_ms", "-1")));
        bad.put("due_unsaid_range", List.of(due().with("unsaid", "-1"), due().with("unsaid", "11")));
        bad.put("challenge_node_form", List.of(planned().with("node", "'0xABC'")));
        bad.put("challenge_state", List.of(planned().with("state", "'OPENED'")));
        bad.put(
                "challenge_size_range",
                List.of(planned().with("size", "0"), planned().with("size", "65537")));
        bad.put(
                "challenge_rows_range",
                List.of(planned().with("rows", "0"), planned().with("rows", "65")));
        bad.put("challenge_kind", List.of(planned().with("kind", "'DISK'")));
        bad.put(
                "challenge_turns_range",
                List.of(
                        planned().with("kind", "'MEMORY'").with("turns", "0"),
                        planned().with("kind", "'MEMORY'").with("turns", "1025")));
        bad.put(
                "challenge_turns_of_pages",
                List.of(
                        planned().with("kind", "'MEMORY'"),
                        planned().with("kind", "'STORAGE'"),
                        planned().with("kind", "'NETWORK'").with("turns", "1"),
                        planned().with("kind", "'CONTAINER'").with("turns", "1"),
                        planned().with("turns", "1")));
        bad.put("challenge_kind", List.of(planned().with("kind", "'PATIENCE'")));
        bad.put("challenge_stream_key_form", List.of(line().with("stream_key", "repeat('A', 64)")));
        bad.put(
                "challenge_stream_of_network",
                List.of(
                        line().with("stream_key", "null"),
                        issued().with("stream_key", SHA),
                        issued().with("kind", "'CONTAINER'").with("stream_key", SHA),
                        planned().with("kind", "'NETWORK'").with("stream_key", SHA)));
        bad.put("challenge_latency_not_negative", List.of(line().with("latency_ms", "-1")));
        bad.put("challenge_up_not_negative", List.of(line().with("up_ms", "-1")));
        bad.put("challenge_line_of_network", List.of(issued().with("latency_ms", "1"), issued().with("up_ms", "1")));
        bad.put(
                "challenge_hardware_length",
                List.of(planned().with("hardware", "''"), planned().with("hardware", "repeat('a', 201)")));
        bad.put("challenge_worked_not_negative", List.of(timed().with("worked_ms", "-1")));
        bad.put("challenge_worked_is_committed", List.of(issued().with("worked_ms", "1")));
        bad.put("challenge_timing", List.of(timed().with("timing", "'ODD'")));
        bad.put(
                "challenge_timing_of_valid",
                List.of(
                        timed().with("hardware", "null"),
                        timed().with("worked_ms", "null"),
                        timed().with("verdict", "'INVALID'").with("reason", "'WRONG_PRODUCT'"),
                        asked().with("timing", "'FAR'").with("worked_ms", "1").with("hardware", "'a'")));
        bad.put("challenge_commit_within_positive", List.of(planned().with("commit_within_ms", "0")));
        bad.put("challenge_open_within_positive", List.of(planned().with("open_within_ms", "0")));
        bad.put("challenge_verdict", List.of(judged().with("verdict", "'MAYBE'").with("reason", "'NO_OPENING'")));
        bad.put("challenge_evidence_form", List.of(judged().with("evidence", "repeat('A', 64)")));
        bad.put("challenge_issued_has_message", List.of(issued().with("challenge", "null")));
        bad.put("challenge_planned_has_none", List.of(planned().with("challenge", "'{}'")));
        bad.put("challenge_asked_has_question", List.of(asked().with("question", "null")));
        bad.put("challenge_commitment_has_time", List.of(issued().with("commitment", "'{}'")));
        bad.put(
                "challenge_judged_has_verdict",
                List.of(
                        judged().with("evidence", "null"),
                        issued().with("verdict", "'VALID'")
                                .with("evidence", SHA)
                                .with("judged_at", "now()")));
        bad.put(
                "challenge_valid_has_no_reason",
                List.of(judged().with("reason", "'NO_OPENING'"), judged().with("verdict", "'INVALID'")));
        bad.put("challenge_attested_is_judged", List.of(issued().with("attested", "true")));
        bad.put("challenge_open_once", List.of(planned(), issued(), asked()));
        bad.put("attestation_node_form", List.of(attestation().with("node", "'0xABC'")));
        bad.put("attestation_validator_form", List.of(attestation().with("validator", "'0xABC'")));
        bad.put("attestation_verdict", List.of(attestation().with("verdict", "'MAYBE'")));
        bad.put("attestation_digest_form", List.of(attestation().with("digest", "repeat('A', 64)")));
        bad.put(
                "attestation_ends_once",
                List.of(attestation()
                        .with("published_at", "now()")
                        .with("refused_at", "now()")
                        .with("refusal", "'no'")));
        bad.put("attestation_refused_has_reason", List.of(attestation().with("refused_at", "now()")));
        bad.put("attestation_digest_once", List.of(attestation().with("validator", NODE)));
        bad.put("attestation_one_pending", List.of(attestation().with("digest", "repeat('1', 64)")));
        bad.put(
                "attestation_challenge_once",
                List.of(attestation()
                        .with("digest", "repeat('1', 64)")
                        .with("published_at", "now()")
                        .with("challenge_id", "(select challenge_id from attestation)")));
        return bad;
    }

    @Test
    void every_stage_has_a_good_row() throws SQLException {
        for (Row row : List.of(
                due(),
                planned(),
                planned().with("kind", "'MEMORY'").with("turns", "1"),
                timed(),
                line().with("latency_ms", "1").with("up_ms", "1"),
                issued().with("kind", "'CONTAINER'"),
                issued(),
                asked(),
                judged(),
                attestation(),
                vote(),
                finding(),
                charge(),
                judgedCharge().with("attested", "true"))) {
            TestServer.undone(connection, own -> TestServer.run(own, row.insert()));
        }
    }

    @TestFactory
    Stream<DynamicTest> every_rule_refuses_what_it_names() throws SQLException {
        List<String> rules = TestServer.column(
                connection,
                "select n.conname from pg_constraint n join pg_class c on c.oid = n.conrelid"
                        + " where n.contype in ('c', 'u', 'f', 'x') and" + OURS
                        + " union select i.relname from pg_index x join pg_class i on i.oid = x.indexrelid"
                        + " join pg_class c on c.oid = x.indrelid where x.indisunique and"
                        + " not exists (select 1 from pg_constraint n where n.conindid = x.indexrelid) and" + OURS
                        + " order by 1");
        assertThat(bad().keySet()).containsExactlyInAnyOrderElementsOf(rules);
        TestServer.run(connection, planned().insert(), attestation().insert());
        var tests = new ArrayList<DynamicTest>();
        bad().forEach((rule, rows) -> tests.add(DynamicTest.dynamicTest(rule, () -> {
            for (Row row : rows) {
                boolean asItIs =
                        rule.equals("challenge_open_once") || row.table().equals("finding");
                Row apart = asItIs ? row : row.with("node", elsewhere(row));
                TestServer.undone(connection, own -> Refused.by(own, rule, apart.insert()));
            }
        })));
        return tests.stream();
    }

    /** A node without an open challenge, unless its form is what is wrong. */
    private static String elsewhere(Row row) {
        return NODE.equals(row.values().get("node"))
                ? OTHER
                : String.valueOf(row.values().get("node"));
    }

    @Test
    void an_attestation_is_never_changed_or_taken_away() throws SQLException {
        TestServer.run(connection, attestation().insert());
        for (String statement : List.of(
                "update attestation set document = '{\"verdict\":\"INVALID\"}'",
                "update attestation set digest = repeat('1', 64)",
                "update attestation set published_at = now(), verdict = 'INVALID'",
                "delete from attestation",
                "truncate attestation")) {
            Refused.saying(connection, "attestation is append-only", statement);
        }
        TestServer.run(connection, "update attestation set published_at = now()");
        Refused.saying(connection, "attestation is append-only", "update attestation set published_at = null");
        assertThat(TestServer.column(
                        connection,
                        "select t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid"
                                + " where not t.tgisinternal and" + OURS + " order by t.tgname"))
                .containsExactly("attestation_kept", "attestation_not_truncated");
    }

    @Test
    void it_stands_beside_a_coordinators_and_neither_sees_the_other() throws SQLException {
        DataSource both = TestServer.migrated();
        assertThat(Schema.migrateValidator(both)).isEqualTo(9);
        assertThat(Schema.migrateValidator(both)).isZero();
        assertThat(Schema.migrate(both)).isZero();
        try (Connection shared = both.getConnection()) {
            assertThat(TestServer.column(
                            shared,
                            "select count(*) from pg_constraint n join pg_class c on c.oid = n.conrelid"
                                    + " join pg_class f on f.oid = n.confrelid"
                                    + " where (c.relnamespace = 'validator'::regnamespace)"
                                    + " <> (f.relnamespace = 'validator'::regnamespace)"))
                    .containsExactly("0");
        }
    }

    /** A migration that somewhere has run is history: a change is a new file, and these lines only grow. */
    @Test
    void no_migration_is_edited_after_it_was_merged() throws SQLException {
        assertThat(TestServer.column(
                        connection,
                        "select script || ' ' || checksum from flyway_schema_history where version is not null"
                                + " order by installed_rank"))
                .containsExactly(
                        "V001__create_validator.sql 97890862",
                        "V002__create_vote.sql 606798199",
                        "V003__add_memory_to_challenge.sql 1454778444",
                        "V004__add_times.sql 1746189109",
                        "V005__add_storage_to_challenge.sql 354911740",
                        "V006__create_finding.sql -1813873383",
                        "V007__add_network_to_challenge.sql -1062797394",
                        "V008__add_container_to_challenge.sql -976678217",
                        "V009__create_charge.sql -439465967");
    }
}
