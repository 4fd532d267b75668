package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.pithead.protocol.json.Json;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Four instances with small heaps share one database and one broker, and agree without talking to each other. */
@NeedsPostgres
class FourInstancesIT {
    private static final int INSTANCES = 4;
    private static final int AGENTS = 64;
    private static final int JOBS = 5_000;
    private static final int JOBS_PER_BATCH = 500;
    private static final String DEEP = "deep";
    private static final String IDLE = "idle";
    private static final int FEW = 10;
    private static final int MANY = 200_000;
    /** Pages of a few more index levels, not of more rows: a look at every row would be thousands. */
    private static final double FLAT = 3;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void no_job_is_held_twice_and_a_poll_costs_the_same_however_many_wait() throws SQLException {
        try (Postgres postgres = Postgres.start(
                        "shared_preload_libraries = pg_stat_statements", "pg_stat_statements.max = 5000");
                Fleet fleet = Fleet.start(
                        folder,
                        INSTANCES,
                        postgres,
                        "pithead.lease.ttl=PT6S",
                        "pithead.lease.first-backoff=PT0.5S",
                        "pithead.lease.max-backoff=PT2S");
                Connection connection = postgres.connect()) {
            Operator operator = fleet.operator();
            var books = new Books(connection);
            manyMinersAndJobs(fleet, operator, books);
            pollsCostTheSame(operator, connection, books);
        }
    }

    private static void manyMinersAndJobs(Fleet fleet, Operator operator, Books books) throws SQLException {
        String workload = "shared";
        var told = new ConcurrentLinkedQueue<String>();
        Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        String key = operator.client(operator.account("provider"), "miner").key();
        int crashes;
        try (var swarm = new MinerSwarm(fleet.origins(), key, workload, told::add).start("agent", AGENTS, 1)) {
            for (int i = 0; i < JOBS / JOBS_PER_BATCH; i++) {
                Tenant buyer = operator.tenant("buyer-" + i).deposit("100000");
                var api = new Patient(
                        Patient.client(), fleet.origins(), buyer.buyer().key());
                api.post(
                                "/v1/jobs",
                                Json.write(Map.of("jobs", batch(workload))),
                                UUID.randomUUID().toString())
                        .expect(201)
                        .body()
                        .get("jobs")
                        .forEach(job -> acknowledged.add(job.get("id").asText()));
            }
            books.awaitAllEnded();
            crashes = swarm.crashes();
        }
        System.out.println("FourInstancesIT jobs=" + books.states() + " crashes=" + crashes);
        assertThat(told).noneMatch(line -> line.startsWith("BROKEN"));
        assertThat(acknowledged).hasSize(JOBS);
        books.assertEveryJobIsThereOnce(acknowledged);
        books.assertEveryJobHasOneReceiptOrAReason();
        books.assertMoneyIsWhole();
        books.assertHistoriesAreLinear();
        books.assertProved(List.copyOf(told));
        assertThat(crashes).isPositive();
        assertThat(books.states().keySet()).isSubsetOf("COMPLETED", "FAILED");
        books.assertNone(
                "jobs that failed though nobody gave them up for good",
                "select id, error_code, attempt from job where state = 'FAILED' and error_code <> 'BROKEN'");
    }

    private static List<Map<String, Object>> batch(String workload) {
        return IntStream.range(0, JOBS_PER_BATCH)
                .mapToObj(i -> Map.<String, Object>of(
                        "workload", workload, "price", "0.5", "max_attempts", 100, "priority", i % 3))
                .toList();
    }

    // What a poll costs

    /** In pages that PostgreSQL looks at, which no busy machine changes. */
    private static void pollsCostTheSame(Operator operator, Connection connection, Books books) throws SQLException {
        Tenant near = operator.tenant(DEEP).deposit("1000").register(DEEP, DEEP, 2 * FEW, true);
        execute(connection, "create extension pg_stat_statements");
        for (int i = 0; i < FEW; i++) {
            near.submit(DEEP);
        }
        Cost few = costOfPolls(near, connection, books);
        near.submit(DEEP);
        fill(connection);
        Cost many = costOfPolls(near, connection, books);
        System.out.println("FourInstancesIT pages: " + few + " of " + FEW + ", " + many + " of " + MANY);
        assertThat(books.number("select count(*) from job where state = 'QUEUED' and workload = '" + DEEP + "'"))
                .isGreaterThan(MANY - 2 * FEW);
        assertThat(many.claim()).isLessThan(FLAT * few.claim());
        assertThat(many.look()).isLessThan(FLAT * few.look());
    }

    /** Pages per claim of one job, and per look at what is queued. */
    private record Cost(double claim, double look) {}

    private static Cost costOfPolls(Tenant tenant, Connection connection, Books books) throws SQLException {
        execute(connection, "select pg_stat_statements_reset()");
        for (int i = 0; i < FEW; i++) {
            tenant.next(DEEP);
        }
        // a miner that nothing fits waits for longer than it takes until the next look
        tenant.register(IDLE, IDLE, 1, true);
        tenant.miner().get("/v1/miner/next?miner=" + IDLE + "&slots=1&wait=3").expect(204);
        return new Cost(
                pages(books, "%lease_node = s.node_id%skip locked%", "%skip locked%lease_node = s.node_id%"),
                pages(books, "with recursive head as%", "with recursive head as%"));
    }

    private static double pages(Books books, String like, String orLike) throws SQLException {
        List<Double> found = books.list(
                "select sum(shared_blks_hit + shared_blks_read)::float8 / sum(calls) from pg_stat_statements"
                        + " where query like '" + like + "' or query like '" + orLike + "' having sum(calls) > 0",
                row -> row.getDouble(1));
        assertThat(found)
                .as("the statement " + like)
                .singleElement()
                .satisfies(pages -> assertThat(pages).isPositive());
        return found.getFirst();
    }

    /** As submit writes them, without their reservations: nobody is going to run these. */
    private static void fill(Connection connection) throws SQLException {
        String id = "(lpad(to_hex(floor(extract(epoch from now()) * 1000)::bigint + n / 4096), 12, '0') || '7'"
                + " || lpad(to_hex(n % 4096), 3, '0') || '8' || lpad(to_hex(n), 15, '0'))::uuid";
        execute(
                connection,
                "create temporary table filling as select n, " + id + " as id from generate_series(1, " + MANY + ") n");
        execute(
                connection,
                "insert into job (id, account_id, class_id, workload, state, priority, price, max_attempts,"
                        + " max_runtime_s, submitted_at, ready_at, expires_at)"
                        + " select f.id, t.account_id, t.class_id, t.workload, 'QUEUED', t.priority, t.price,"
                        + " t.max_attempts, t.max_runtime_s, now(), now(), now() + interval '1 hour' from filling f,"
                        + " (select * from job where workload = '" + DEEP + "' and state = 'QUEUED' limit 1) t");
        execute(
                connection,
                "insert into job_spec (job_id, request) select f.id, s.request from filling f, job_spec s"
                        + " where s.job_id = (select id from job where workload = '" + DEEP
                        + "' order by id limit 1)");
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
