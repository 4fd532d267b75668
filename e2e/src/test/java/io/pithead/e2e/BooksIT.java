package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pithead.db.Schema;
import io.pithead.protocol.id.Ids;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** The auditor of the kill test sees each fault that it looks for: books that are good, with one row that is not. */
@NeedsPostgres
class BooksIT {
    private static final String DONE = Ids.next(Instant.now()).toString();
    private static final String FAILED = Ids.next(Instant.now()).toString();
    private static final String BUYER = "00000000-0000-7000-8000-00000000000a";
    private static final String PROVIDER = "00000000-0000-7000-8000-00000000000b";
    private static final String NODE = "00000000-0000-7000-8000-00000000000c";
    private static final String RECEIPT = "00000000-0000-7000-8000-00000000000d";
    private static final String OUTVOTED = Ids.next(Instant.now()).toString();
    private static final String REPLICA = Ids.next(Instant.now()).toString();

    private static final String GOOD = """
            insert into account (id, name) values ('%1$s', 'buyer'), ('%2$s', 'provider');
            insert into node (id, account_id, miner_id, mode, concurrency, renews, registered, capabilities)
                values ('%3$s', '%2$s', 'm', 'CPU', 1, true, true, '{}');
            insert into ledger_account (account_id, pot)
                values ('%1$s', 'AVAILABLE'), ('%1$s', 'RESERVED'), ('%2$s', 'AVAILABLE'), ('%2$s', 'PENDING');
            insert into job (id, account_id, class_id, workload, state, priority, price, attempt, max_attempts,
                             max_runtime_s, last_seq, lease_token, lease_node, error_code, output_sha, submitted_at,
                             ready_at, expires_at, finished_at)
                values ('%4$s', '%1$s', 1, 'w', 'COMPLETED', 0, 5, 2, 3, 60, 7, 12, '%3$s', null, repeat('0', 64),
                        now(), now(), now(), now()),
                       ('%5$s', '%1$s', 1, 'w', 'FAILED', 0, 5, 1, 1, 60, 3, 13, '%3$s', 'BROKEN', null,
                        now(), now(), now(), now());
            insert into job_event (job_id, seq, state, at, actor, attempt, lease)
                values ('%4$s', 1, 'QUEUED', now(), 'buyer', 0, null), ('%4$s', 2, 'LEASED', now(), 'm', 1, 11),
                       ('%4$s', 3, 'QUEUED', now(), 'm', 1, 11), ('%4$s', 4, 'LEASED', now(), 'm', 2, 12),
                       ('%4$s', 5, 'RUNNING', now(), 'm', 2, 12), ('%4$s', 6, 'VERIFYING', now(), 'm', 2, 12),
                       ('%4$s', 7, 'COMPLETED', now(), 'm', 2, 12),
                       ('%5$s', 1, 'QUEUED', now(), 'buyer', 0, null), ('%5$s', 2, 'LEASED', now(), 'm', 1, 13),
                       ('%5$s', 3, 'FAILED', now(), 'm', 1, 13);
            insert into job_result (job_id, artifacts, metrics) values ('%4$s', '[]', '{}');
            insert into receipt (job_id, receipt_id, provider, client, node_id, lease_token, output_sha, body)
                values ('%4$s', '%6$s', '%2$s', '%1$s', '%3$s', 12, repeat('0', 64), '{}');
            insert into job select (json_populate_record(j, json_build_object('id', '%7$s', 'verification', 'REPLICATE',
                       'lease_token', 15))).* from job j where id = '%4$s';
            insert into job select (json_populate_record(j, json_build_object('id', '%8$s', 'kind', 'REPLICA',
                       'parent', '%7$s', 'lease_token', 20))).* from job j where id = '%4$s';
            insert into job_event (job_id, seq, state, at, actor, attempt, lease)
                select '%7$s'::uuid, seq, state, at, actor, attempt, 3 + lease from job_event where job_id = '%4$s'
                union all select '%8$s', seq, state, at, actor, attempt, 8 + lease from job_event where job_id = '%4$s';
            insert into job_result (job_id, artifacts, metrics) values ('%7$s', '[]', '{}'), ('%8$s', '[]', '{}');
            insert into receipt (job_id, receipt_id, provider, client, node_id, lease_token, output_sha, body)
                values ('%8$s', gen_random_uuid(), '%2$s', '%1$s', '%3$s', 20, repeat('0', 64), '{}');
            insert into verification (job_id, account_id, mode, replicas, quorum, max_replicas, held, verdict, result_job,
                       judged_at) values ('%7$s', '%1$s', 'REPLICATE', 2, 2, 3, 0, 'AGREED', '%8$s', now());
            insert into replica (parent, number, job_id, verdict)
                values ('%7$s', 0, '%7$s', 'DISSENTED'), ('%7$s', 1, '%8$s', 'PAID');
            """.formatted(BUYER, PROVIDER, NODE, DONE, FAILED, RECEIPT, OUTVOTED, REPLICA)
            + entry("EXTERNAL", null, "AVAILABLE", BUYER, 100, "DEPOSIT", null)
            + entry("AVAILABLE", BUYER, "RESERVED", BUYER, 5, "RESERVE", DONE)
            + entry("RESERVED", BUYER, "PENDING", PROVIDER, 5, "SETTLE", DONE)
            + entry("PENDING", PROVIDER, "AVAILABLE", PROVIDER, 5, "UNLOCK", DONE)
            + entry("AVAILABLE", BUYER, "RESERVED", BUYER, 5, "RESERVE", FAILED)
            + entry("RESERVED", BUYER, "AVAILABLE", BUYER, 5, "RELEASE", FAILED)
            + entry("AVAILABLE", BUYER, "RESERVED", BUYER, 5, "RESERVE", OUTVOTED)
            + entry("RESERVED", BUYER, "AVAILABLE", BUYER, 5, "RELEASE", OUTVOTED)
            + entry("AVAILABLE", BUYER, "RESERVED", BUYER, 10, "RESERVE", OUTVOTED, 1)
            + entry("RESERVED", BUYER, "AVAILABLE", BUYER, 5, "RELEASE", OUTVOTED, 1)
            + entry("AVAILABLE", BUYER, "RESERVED", BUYER, 5, "RESERVE", REPLICA)
            + entry("RESERVED", BUYER, "AVAILABLE", PROVIDER, 5, "SETTLE", REPLICA)
            + entry("RESERVED", BUYER, "AVAILABLE", BUYER, 5, "RELEASE", OUTVOTED, 2);

    private interface Check {
        void on(Books books) throws SQLException;
    }

    /** What somebody did to the books behind the database's back. */
    private record Fault(String name, String sql, Check check) {}

    private static final Check THERE = books -> books.assertEveryJobIsThereOnce(Set.of(DONE, FAILED, OUTVOTED));
    private static final Check PROVED =
            books -> books.assertProved(List.of("PROVED " + DONE + " 12 " + RECEIPT, "PROGRESS " + FAILED));

    private static final List<Fault> FAULTS = List.of(
            fault("a job is lost", "delete from job where id = '" + FAILED + "'", THERE),
            fault("a job is bought twice", copyOfJob(), THERE),
            fault(
                    "a job ended without a reason",
                    job(FAILED, "error_code = null"),
                    Books::assertEveryJobHasOneReceiptOrAReason),
            fault(
                    "a job was done without a receipt",
                    "delete from receipt",
                    Books::assertEveryJobHasOneReceiptOrAReason),
            fault(
                    "a job has two receipts",
                    copyOfReceipt("'slice', 1, 'receipt_id', gen_random_uuid()"),
                    Books::assertEveryJobHasOneReceiptOrAReason),
            fault(
                    "a job that failed has a receipt",
                    copyOfReceipt("'job_id', '" + FAILED + "', 'receipt_id', gen_random_uuid()"),
                    Books::assertEveryJobHasOneReceiptOrAReason),
            fault(
                    "a receipt is for nothing",
                    copyOfReceipt("'job_id', gen_random_uuid(), 'receipt_id', gen_random_uuid()"),
                    Books::assertEveryJobHasOneReceiptOrAReason),
            fault("a result is lost", "delete from job_result", Books::assertEveryJobHasOneReceiptOrAReason),
            fault(
                    "a job never ends",
                    job(FAILED, "state = 'QUEUED', finished_at = null"),
                    Books::assertEveryJobHasOneReceiptOrAReason),
            fault(
                    "nothing happened for long",
                    event(DONE, 7, "at = at + interval '91 s'"),
                    Books::assertNothingWasStuck),
            fault(
                    "money appears",
                    "update ledger_account set balance = balance + 1 where pot = 'AVAILABLE'",
                    Books::assertMoneyIsWhole),
            fault(
                    "money moves without an entry",
                    "update ledger_account set balance = balance + case account_id when '" + BUYER
                            + "' then 1 else -1 end where pot = 'AVAILABLE'",
                    Books::assertMoneyIsWhole),
            fault("money stays reserved", ledger("RELEASE", "delete"), Books::assertMoneyIsWhole),
            fault("a job is not paid", ledger("SETTLE", "delete"), Books::assertMoneyIsWhole),
            fault("a job is paid short", ledger("SETTLE", "amount"), Books::assertMoneyIsWhole),
            fault("a job is paid twice", twice("SETTLE"), Books::assertMoneyIsWhole),
            fault("a price is given back twice", twice("RELEASE"), Books::assertMoneyIsWhole),
            fault(
                    "a job that was outvoted has a receipt",
                    copyOfReceipt("'job_id', '" + OUTVOTED + "', 'receipt_id', gen_random_uuid()"),
                    Books::assertEveryJobHasOneReceiptOrAReason),
            fault(
                    "the result of a replica is taken for the job's own",
                    "update verification set result_job = job_id",
                    Books::assertEveryJobHasOneReceiptOrAReason),
            fault(
                    "an outvoted job is paid",
                    "update ledger_entry set reason = 'SETTLE' where slice = 0 and reason = 'RELEASE' and job_id = '"
                            + OUTVOTED + "'",
                    Books::assertMoneyIsWhole),
            fault(
                    "a replica is paid and its verdict says nothing",
                    "update replica set verdict = 'IDLE' where verdict = 'PAID'",
                    Books::assertMoneyIsWhole),
            fault(
                    "a verification goes on when all has ended",
                    "update verification set verdict = null, judged_at = null, result_job = null",
                    Books::assertMoneyIsWhole),
            fault(
                    "what was set aside for replicas does not come back",
                    "update ledger_entry set job_id = gen_random_uuid() where slice = 2",
                    Books::assertMoneyIsWhole),
            fault("pay never matures and is not locked", ledger("UNLOCK", "delete"), Books::assertMoneyIsWhole),
            fault("not all of it matures", ledger("UNLOCK", "amount"), Books::assertMoneyIsWhole),
            fault("pay matures twice", twice("UNLOCK"), Books::assertMoneyIsWhole),
            fault("pay matures and is withdrawn", withdrawnToo(), Books::assertMoneyIsWhole),
            fault("pay that matured is locked still", locked("'" + DONE + "'"), Books::assertMoneyIsWhole),
            fault("something is locked that nobody paid", locked("gen_random_uuid()"), Books::assertMoneyIsWhole),
            fault("a dispute never ends", dispute("null", "null", 0), Books::assertMoneyIsWhole),
            fault("a refund was not made", dispute("'UPHELD'", "now()", 5), Books::assertMoneyIsWhole),
            fault(
                    "a step is missing",
                    "delete from job_event where seq = 3 and job_id = '" + DONE + "'",
                    Books::assertHistoriesAreLinear),
            fault("a step may not be", event(DONE, 5, "state = 'EXPIRED'"), Books::assertHistoriesAreLinear),
            fault("a history does not begin", event(DONE, 1, "state = 'LEASED'"), Books::assertHistoriesAreLinear),
            fault("a lease is not newer than the last", event(DONE, 4, "lease = 10"), Books::assertHistoriesAreLinear),
            fault("a lease is given to two jobs", event(FAILED, 2, "lease = 12"), Books::assertHistoriesAreLinear),
            fault("an attempt is not counted", event(DONE, 4, "attempt = 1"), Books::assertHistoriesAreLinear),
            fault("a stale lease writes", event(DONE, 7, "lease = 11"), Books::assertHistoriesAreLinear),
            fault(
                    "a job is not what its history says",
                    job(FAILED, "state = 'EXPIRED'"),
                    Books::assertHistoriesAreLinear),
            fault("a history goes on behind its job", job(FAILED, "last_seq = 2"), Books::assertHistoriesAreLinear),
            fault("a stale lease is paid", "update receipt set lease_token = 11", Books::assertHistoriesAreLinear),
            fault(
                    "another node is paid",
                    "update receipt set node_id = '" + BUYER + "'",
                    Books::assertHistoriesAreLinear),
            fault("a receipt was promised and is lost", "delete from receipt", PROVED),
            fault(
                    "a receipt is another one than was promised",
                    "update receipt set receipt_id = gen_random_uuid()",
                    PROVED));

    @Test
    void good_books_are_good_and_those_of_each_fault_are_not() throws SQLException {
        try (Postgres postgres = Postgres.start();
                Connection connection = connect(postgres)) {
            connection.setAutoCommit(false);
            execute(connection, GOOD);
            connection.commit();
            for (Fault fault : FAULTS) {
                var books = new Books(connection);
                fault.check().on(books);
                // no trigger, and no index that would refuse it
                execute(connection, "set local session_replication_role = replica");
                execute(connection, "drop index ledger_entry_once_per_job, ledger_entry_lock_ends_once");
                execute(connection, fault.sql());
                assertThatThrownBy(() -> fault.check().on(books))
                        .as(fault.name())
                        .isInstanceOf(AssertionError.class);
                connection.rollback();
            }
        }
    }

    private static Connection connect(Postgres postgres) throws SQLException {
        var database = new PGSimpleDataSource();
        database.setUrl(postgres.url());
        database.setUser(Postgres.USER);
        database.setPassword(Postgres.PASSWORD);
        Schema.migrate(database);
        return postgres.connect();
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static Fault fault(String name, String sql, Check check) {
        return new Fault(name, sql, check);
    }

    private static String entry(
            String debit,
            @Nullable String debitor,
            String credit,
            String creditor,
            int amount,
            String reason,
            @Nullable String job) {
        return entry(debit, debitor, credit, creditor, amount, reason, job, 0);
    }

    private static String entry(
            String debit,
            @Nullable String debitor,
            String credit,
            String creditor,
            int amount,
            String reason,
            @Nullable String job,
            int slice) {
        return "insert into ledger_entry (id, debit, credit, amount, reason, job_id, slice) values (gen_random_uuid(), "
                + pot(debit, debitor) + ", " + pot(credit, creditor) + ", " + amount + ", '" + reason + "', "
                + (job == null ? "null" : "'" + job + "'") + ", " + slice + ");\n";
    }

    private static String pot(String pot, @Nullable String account) {
        return "(select id from ledger_account where pot = '" + pot + "' and account_id is not distinct from "
                + (account == null ? "null" : "'" + account + "'") + ")";
    }

    private static String job(String id, String change) {
        return "update job set " + change + " where id = '" + id + "'";
    }

    private static String event(String job, int seq, String change) {
        return "update job_event set " + change + " where job_id = '" + job + "' and seq = " + seq;
    }

    private static String copyOfJob() {
        return "insert into job select (json_populate_record(j, json_build_object('id', '" + Ids.next(Instant.now())
                + "'))).* from job j where id = '" + DONE + "'";
    }

    private static String copyOfReceipt(String changes) {
        return "insert into receipt select (json_populate_record(r, json_build_object(" + changes
                + "))).* from receipt r where job_id = '" + DONE + "'";
    }

    /** Balances follow as the trigger would have them, so that only the rule of the jobs is broken. */
    private static String ledger(String reason, String how) {
        String change = how.equals("delete")
                ? "delete from ledger_entry where reason = '" + reason + "'"
                : "update ledger_entry set amount = 4 where reason = '" + reason + "'";
        return change + ";" + BALANCES;
    }

    private static String twice(String reason) {
        return "insert into ledger_entry select (json_populate_record(e, json_build_object('id', gen_random_uuid()))).*"
                + " from ledger_entry e where reason = '" + reason + "';"
                + BALANCES;
    }

    private static String withdrawnToo() {
        return "insert into ledger_entry select (json_populate_record(e, json_build_object('id', gen_random_uuid(),"
                + " 'reason', 'WITHDRAWN', 'credit', " + pot("AVAILABLE", BUYER) + "))).*"
                + " from ledger_entry e where reason = 'UNLOCK';"
                + BALANCES;
    }

    private static String locked(String job) {
        return "insert into locked_pay (job_id, slice, buyer, provider, amount, matures_at) values (" + job + ", 0, '"
                + BUYER + "', '" + PROVIDER + "', 5, now())";
    }

    private static String dispute(String outcome, String decidedAt, int refunded) {
        return "insert into dispute (id, job_id, account_id, reason, deposit, matures_at, deadline, outcome, decided_at,"
                + " refunded) values (gen_random_uuid(), '" + DONE + "', '" + BUYER
                + "', 'r', 15, now(), now() + interval '1 h', " + outcome + ", " + decidedAt + ", " + refunded + ")";
    }

    private static final String BALANCES = "alter table ledger_account drop constraint ledger_account_no_overdraft;"
            + "update ledger_account a set balance ="
            + " (select coalesce(sum(amount), 0) from ledger_entry where credit = a.id)"
            + " - (select coalesce(sum(amount), 0) from ledger_entry where debit = a.id)";
}
