package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.receipt.Receipts;
import io.pithead.testing.FreePorts;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The operator's page, followed from its first block to its last: each is run as it is printed, and has to be true. */
@NeedsPostgres
class OperatingIT {
    private static final Path PAGE = Path.of("..", "docs", "OPERATING.md");
    private static final Duration SOON = Duration.ofSeconds(90);

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private interface Act {
        void on(Story story, String block) throws Exception;
    }

    /** What stands before a block is done, the block is run, and what it promises is looked at. */
    private record Step(String heading, Act act) {}

    private static final List<Step> STEPS = List.of(
            new Step("Operating Pithead", Story::setVariables),
            new Step("Start and stop", Story::start),
            new Step("Start and stop", Story::makeKeys),
            new Step("With a database and a broker of your own", Story::replaceTheEmbeddedParts),
            new Step("Is it well?", Story::askHowItIs),
            new Step("Backup and restore", Story::backUpAndRestore),
            new Step("Backup and restore", Story::takeTheBase),
            new Step("Backup and restore", Story::noteTheTime),
            new Step("Backup and restore", Story::goBackInTime),
            new Step("Upgrade", Story::upgrade),
            new Step("Rotation of the receipt signing key", Story::rotateTheKey),
            new Step("Retention", Story::forgetOldJobs),
            new Step("Banning a node", Story::banANode),
            new Step("Dead letters", Story::retryDeadLetters));

    @Test
    void every_block_of_the_page_has_a_step_here() throws IOException {
        List<Handbook.Block> blocks = Handbook.blocks(PAGE);
        assertThat(blocks).extracting(Handbook.Block::language).containsOnly("sh");
        assertThat(blocks)
                .extracting(Handbook.Block::heading)
                .isEqualTo(STEPS.stream().map(Step::heading).toList());
    }

    @Test
    void every_block_does_what_the_page_says() throws Exception {
        every_block_of_the_page_has_a_step_here();
        List<Handbook.Block> blocks = Handbook.blocks(PAGE);
        try (Story story = new Story(folder)) {
            for (int i = 0; i < blocks.size(); i++) {
                STEPS.get(i).act().on(story, blocks.get(i).text());
            }
            story.end();
        }
    }

    private static final class Story implements AutoCloseable {
        /** Before tasks and what nodes report of their work. */
        private static final String EARLIER_VERSION = "005";

        private static final String EARLIER_DATABASE = "pithead_earlier";
        private static final String WORKLOAD = "operated";
        private static final int SLOTS = 8;
        private static final int RETENTION_DAYS = 60;

        private final Path folder;
        private final Path backup;
        private final int port = FreePorts.one();
        private final int restoredPort = FreePorts.one();
        private final Postgres postgres;
        private final ArtemisBroker broker;
        private final OperatorShell shell;
        private final Map<String, JsonNode> receipts = new HashMap<>();
        private final List<JsonNode> held = new ArrayList<>();
        private String afterTheTime = "";
        private @Nullable Tenant known;

        Story(Path folder) throws IOException {
            this.folder = folder;
            Postgres.give(folder);
            backup = own("backup");
            Path wal = own("wal");
            postgres = Postgres.start("archive_mode = on", "archive_command = 'cp \"%p\" \"" + wal + "/%f\"'");
            broker = ArtemisBroker.start();
            shell = OperatorShell.start(folder, environment(wal));
        }

        private Path own(String name) throws IOException {
            Path made = Files.createDirectories(folder.resolve(name));
            Postgres.give(made);
            return made;
        }

        /** What an operator would have installed and decided before. */
        private Map<String, String> environment(Path wal) throws IOException {
            var environment = new HashMap<String, String>();
            environment.put(
                    "PATH",
                    String.join(
                            File.pathSeparator,
                            Path.of(System.getProperty("java.home"), "bin").toString(),
                            Postgres.installed().orElseThrow().toString(),
                            System.getenv("PATH")));
            environment.put("HOME", folder.toString());
            environment.put("JDK_JAVA_OPTIONS", "-Xmx768m " + String.join(" ", Server.SHORT_LIFE));
            environment.put("PITHEAD_HTTP_PORT", Integer.toString(port));
            environment.put("PITHEAD_HTTPS_PORT", "0");
            environment.put("PITHEAD_LEDGER_AUTO_DEPOSIT", "true");
            environment.put("PITHEAD_WEBHOOK_ALLOW_PRIVATE", "true");
            // longer than this story: a proof that comes again after the restore finds its lease
            environment.put("PITHEAD_LEASE_TTL", "PT30M");
            // as the earlier version did, whose rows are made of these
            environment.put("PITHEAD_LEDGER_LOCK", "PT0S");

            environment.put("PITHEAD_JAR", copy("pithead.jar", "pithead.jar"));
            environment.put("NEW_JAR", copy("pithead.jar", "pithead-new.jar"));
            environment.put("PITHEAD_MINER", copy("pithead.miner", "pithead-miner.jar"));
            environment.put("PITHEAD_DATA", folder.resolve("data").toString());
            environment.put("PITHEAD_CONFIG", config().toString());
            environment.put("PITHEAD_URL", origin().toString());
            environment.put("RECEIPT", receiptFile().toString());
            environment.put("DB_PASSWORD_FILE", write("database.password", Postgres.PASSWORD));
            environment.put("BROKER_URL", broker.url());
            environment.put("BROKER_USER", ArtemisBroker.USER);
            environment.put("BROKER_PASSWORD_FILE", write("broker.password", ArtemisBroker.PASSWORD));
            environment.put("BACKUP", backup.toString());
            environment.put("WAL_ARCHIVE", wal.toString());
            environment.put("RESTORED_PORT", Integer.toString(restoredPort));
            environment.put("PGHOST", "127.0.0.1");
            environment.put("PGPORT", Integer.toString(postgres.port()));
            environment.put("PGUSER", Postgres.USER);
            environment.put("PGDATABASE", "pithead");
            return environment;
        }

        private String copy(String property, String name) throws IOException {
            Path copy = Files.copy(Server.file(property), folder.resolve(name));
            Postgres.give(copy);
            return copy.toString();
        }

        private String write(String name, String text) throws IOException {
            return Files.writeString(folder.resolve(name), text).toString();
        }

        private Path config() {
            return folder.resolve("pithead.properties");
        }

        private Path receiptFile() {
            return folder.resolve("receipt.json");
        }

        private Path data() {
            return folder.resolve("data");
        }

        private URI origin() {
            return URI.create("http://127.0.0.1:" + port);
        }

        private Api open() {
            return Api.open(origin());
        }

        private Operator operator() {
            return Operator.of(open(), data());
        }

        private Connection database(int at, String name) throws SQLException {
            return DriverManager.getConnection(
                    "jdbc:postgresql://127.0.0.1:" + at + "/" + name, Postgres.USER, Postgres.PASSWORD);
        }

        private Connection now() throws SQLException {
            return database(restoredPort, EARLIER_DATABASE);
        }

        private Tenant tenant() {
            return Objects.requireNonNull(known);
        }

        private static void execute(Connection connection, String sql) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            }
        }

        // Work, between the blocks

        /** @return the job, whose receipt is kept */
        private String work() {
            String job = tenant().submit(WORKLOAD);
            JsonNode offer = tenant().next(WORKLOAD);
            assertThat(offer.get("id").asText()).isEqualTo(job);
            receipts.put(job, tenant().prove(offer).expect(201).body().get("receipt"));
            return job;
        }

        private JsonNode hold() {
            String job = tenant().submit(WORKLOAD);
            JsonNode offer = tenant().next(WORKLOAD);
            assertThat(offer.get("id").asText()).isEqualTo(job);
            return offer;
        }

        private PublicKeys keys() {
            return Json.own(open().get("/v1/keys").expect(200).text(), PublicKeys.class);
        }

        private void assertReceiptsAreThereAndGood() {
            PublicKeys keys = keys();
            receipts.forEach((job, receipt) -> {
                assertThat(tenant().buyer()
                                .get("/v1/jobs/" + job + "/receipt")
                                .expect(200)
                                .body())
                        .isEqualTo(receipt);
                assertThat(Receipts.problems(receipt, keys)).isEmpty();
            });
        }

        // The steps

        void setVariables(String block) {
            shell.run(block);
        }

        void start(String block) {
            shell.run(block);
            assertThat(open().get("/health/ready").status()).isEqualTo(200);
            assertThat(data().resolve("postgres/data/postmaster.pid")).exists();
        }

        void makeKeys(String block) {
            shell.run(block);
            JsonNode accounts = operator()
                    .api()
                    .get("/v1/admin/accounts")
                    .expect(200)
                    .body()
                    .get("items");
            assertThat(accounts).extracting(each -> each.get("name").asText()).contains("research group");
            JsonNode keys =
                    operator().api().get("/v1/admin/keys").expect(200).body().get("items");
            assertThat(keys).extracting(each -> each.get("scope").asText()).contains("buyer");
        }

        void replaceTheEmbeddedParts(String block) throws SQLException {
            shell.run(block);
            assertThat(data().resolve("postgres/data/postmaster.pid")).doesNotExist();
            // the fresh database knows no key: the first one is there anew
            known = operator().tenant("tenant").deposit("1000").register(WORKLOAD, WORKLOAD, SLOTS, true);
            work();
            try (Connection connection = postgres.connect()) {
                assertThat(new Books(connection).number("select count(*) from receipt"))
                        .isEqualTo(1);
            }
            JsonNode queues =
                    operator().api().get("/v1/admin/queues").expect(200).body().get("queues");
            assertThat(queues)
                    .filteredOn(queue -> queue.get("name").asText().equals("webhook"))
                    .singleElement()
                    .satisfies(
                            queue -> assertThat(queue.get("consumers").asInt()).isPositive());
        }

        void askHowItIs(String block) {
            shell.run(block);
        }

        void backUpAndRestore(String block) throws SQLException {
            shell.run(block);
            try (Connection from = postgres.connect();
                    Connection to = database(postgres.port(), "pithead_restored")) {
                assertThat(EarlierSchema.rows(to))
                        .isEqualTo(EarlierSchema.rows(from))
                        .containsEntry("receipt", 1L);
                new Books(to).assertMoneyIsWhole();
            }
        }

        void takeTheBase(String block) {
            shell.run(block);
            work();
            held.add(hold());
            held.add(hold());
        }

        void noteTheTime(String block) {
            shell.run(block);
            tenant().prove(held.getFirst()).expect(201);
            afterTheTime = work();
            receipts.remove(afterTheTime);
        }

        void goBackInTime(String block) throws SQLException {
            shell.run(block);
            assertReceiptsAreThereAndGood();
            assertThat(tenant().buyer().get("/v1/jobs/" + afterTheTime).status())
                    .isEqualTo(404);
            try (Connection connection = database(restoredPort, "pithead")) {
                var books = new Books(connection);
                assertThat(books.number("select timeline_id from pg_control_checkpoint()"))
                        .isGreaterThan(1);
                assertThat(books.number("select sum(balance) from ledger_account"))
                        .isZero();
                // posted again by the miner that still has it
                String proved = held.getFirst().get("id").asText();
                assertThat(tenant().state(proved)).isEqualTo("LEASED");
                receipts.put(
                        proved,
                        tenant().prove(held.getFirst()).expect(201).body().get("receipt"));
                // a lease that runs out
                String lapsed = held.getLast().get("id").asText();
                execute(connection, "update job set lease_expires_at = now() where id = '" + lapsed + "'");
                JsonNode again = tenant().next(WORKLOAD);
                assertThat(again.get("id").asText()).isEqualTo(lapsed);
                assertThat(again.get("lease").asLong())
                        .isGreaterThan(held.getLast().get("lease").asLong());
                receipts.put(lapsed, tenant().prove(again).expect(201).body().get("receipt"));
                books.assertMoneyIsWhole();
                books.assertHistoriesAreLinear();
            }
            assertReceiptsAreThereAndGood();
        }

        /** What runs now is put down and stands there as the release before left it: its schema, its jar, its rows. */
        void upgrade(String block) throws Exception {
            shell.run("stop_pithead");
            Files.writeString(folder.resolve("pithead.jar"), "the release before");
            Map<String, Long> before;
            long newest;
            try (Connection from = database(restoredPort, "pithead")) {
                execute(from, "create database " + EARLIER_DATABASE);
                newest = new Books(from).number("select max(version)::integer from flyway_schema_history");
                EarlierSchema.make(
                        EARLIER_VERSION, from, "jdbc:postgresql://127.0.0.1:" + restoredPort + "/" + EARLIER_DATABASE);
            }
            try (Connection earlier = now()) {
                before = EarlierSchema.rows(earlier);
                assertThat(before).containsEntry("receipt", (long) receipts.size());
            }
            assertThat(newest).isGreaterThan(Long.parseLong(EARLIER_VERSION));
            Files.writeString(
                    config(),
                    Files.readString(config())
                            .replace(restoredPort + "/pithead", restoredPort + "/" + EARLIER_DATABASE));
            shell.run("export PGDATABASE=" + EARLIER_DATABASE);

            assertThat(Long.parseLong(lastLine(shell.run(block)))).isEqualTo(newest);

            assertThat(backup.resolve("before-upgrade.dump")).isNotEmptyFile();
            assertReceiptsAreThereAndGood();
            try (Connection connection = now()) {
                Map<String, Long> after = EarlierSchema.rows(connection);
                // these grow with every start
                List.of("instance", "node_liveness", "node_history")
                        .forEach(table -> before.put(table, after.get(table)));
                assertThat(after).containsAllEntriesOf(new TreeMap<>(before));
                work();
                new Books(connection).assertMoneyIsWhole();
            }
        }

        private static String lastLine(String printed) {
            List<String> lines = printed.lines().toList();
            return lines.getLast();
        }

        void rotateTheKey(String block) throws IOException {
            List<String> before =
                    keys().keys().stream().map(PublicKeys.Key::keyId).toList();
            JsonNode old = receipts.values().iterator().next();
            Files.write(receiptFile(), Json.write(old));

            assertThat(shell.run(block))
                    .contains("good: receipt " + old.get("receipt_id").asText());

            JsonNode fresh = Objects.requireNonNull(receipts.get(work()));
            assertThat(fresh.at("/signature/key_id").asText()).isNotIn(before);
            assertThat(keys().keys()).extracting(PublicKeys.Key::keyId).containsAll(before);
            assertReceiptsAreThereAndGood();
        }

        void forgetOldJobs(String block) throws SQLException {
            try (Connection connection = now()) {
                var books = new Books(connection);
                String model = receipts.keySet().iterator().next();
                String old = longAgo(books, connection, model, RETENTION_DAYS + 340);
                String younger = longAgo(books, connection, model, RETENTION_DAYS - 15);
                List<String> weeks = weeks(books, "true");
                List<String> going = weeks(books, "inhrelid = (select tableoid from job where id = '" + old + "')");

                List<String> printed = shell.run(block).lines().toList();

                var staying = new ArrayList<>(weeks);
                staying.removeAll(going);
                assertThat(going).hasSize(1);
                assertThat(printed).containsExactlyElementsOf(staying);
                assertThat(books.number("select count(*) from job where id = '" + younger + "'"))
                        .isEqualTo(1);
                for (String table : List.of("job_spec", "job_event", "job_result")) {
                    assertThat(books.number("select count(*) from " + table + " where job_id = '" + old + "'"))
                            .as(table)
                            .isZero();
                }
                assertThat(books.number("select count(*) from ledger_entry where job_id = '" + old + "'"))
                        .isEqualTo(2);
                assertThat(books.number("select count(*) from receipt where job_id = '" + old + "'"))
                        .isEqualTo(1);
                assertThat(books.number("select sum(balance) from ledger_account"))
                        .isZero();
            }
            assertReceiptsAreThereAndGood();
        }

        void banANode(String block) throws SQLException {
            assertThat(shell.run(block).strip()).isEqualTo("true");
            try (Connection connection = now()) {
                var books = new Books(connection);
                assertThat(books.list(
                                "select action from audit where action like 'node.%' order by id",
                                row -> row.getString(1)))
                        .containsExactly("node.ban", "node.unban");
                assertThat(books.number("select count(*) from node where ban is not null"))
                        .isZero();
            }
        }

        private static List<String> weeks(Books books, String which) throws SQLException {
            return books.list(
                    "select inhrelid::regclass::text from pg_inherits where inhparent = 'job'::regclass and " + which
                            + " order by 1",
                    row -> row.getString(1));
        }

        /** A job that was done and paid so many days ago, like one of today. */
        private static String longAgo(Books books, Connection connection, String model, int days) throws SQLException {
            String then = "(now() - interval '" + days + " days')";
            execute(connection, "select ensure_job_partitions(" + then + ", " + then + ")");
            String job = books.list("select id_floor(" + then + ")", row -> row.getString(1))
                    .getFirst();
            again(
                    connection,
                    "job",
                    "id",
                    model,
                    "'id', '" + job + "', 'submitted_at', " + then + ", 'finished_at', " + then);
            for (String table : List.of("job_spec", "job_event", "job_result")) {
                again(connection, table, "job_id", model, "'job_id', '" + job + "'");
            }
            again(connection, "ledger_entry", "job_id", model, "'job_id', '" + job + "', 'id', gen_random_uuid()");
            again(connection, "receipt", "job_id", model, "'job_id', '" + job + "', 'receipt_id', gen_random_uuid()");
            return job;
        }

        private static void again(Connection connection, String table, String id, String model, String changes)
                throws SQLException {
            execute(
                    connection,
                    "insert into " + table + " select (json_populate_record(t, json_build_object(" + changes
                            + "))).* from " + table + " t where t." + id + " = '" + model + "'");
        }

        void retryDeadLetters(String block) throws Exception {
            var answer = new AtomicInteger(410);
            var calls = new AtomicInteger();
            HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            receiver.createContext("/", exchange -> {
                try (exchange) {
                    calls.incrementAndGet();
                    exchange.sendResponseHeaders(answer.get(), -1);
                }
            });
            receiver.start();
            try (Connection connection = now()) {
                tenant().submit(
                                "run-by-nobody",
                                Map.of(
                                        "callback_url",
                                        "http://127.0.0.1:"
                                                + receiver.getAddress().getPort() + "/"));
                Await.until(
                        "a webhook call that is dead",
                        SOON,
                        () -> counts().at("/webhooks/dead").asInt() == 1);
                execute(
                        connection,
                        "insert into outbox (queue, body) values ('webhook', '{\"type\":\"unknown\",\"ids\":[],\"version\":1}')");
                Await.until("a dead letter", SOON, () -> deadLetters().size() == 1);
                List<String> dead = deadLetters();
                int called = calls.get();
                answer.set(204);

                assertThat(shell.run(block).lines()).containsExactly("webhook: 1", "webhook calls: 1");

                Await.until("the call", SOON, () -> calls.get() > called);
                Await.until(
                        "it to be done with",
                        SOON,
                        () -> counts().at("/webhooks/dead").asInt() == 0
                                && counts().at("/webhooks/pending").asInt() == 0);
                // nobody understands it this time either: it was given to its consumer and is dead again
                Await.until(
                        "another dead letter",
                        SOON,
                        () -> deadLetters().size() == 1 && !deadLetters().equals(dead));
            } finally {
                receiver.stop(0);
            }
        }

        private JsonNode counts() {
            return operator().api().get("/v1/admin/queues").expect(200).body();
        }

        private List<String> deadLetters() {
            var ids = new ArrayList<String>();
            operator()
                    .api()
                    .get("/v1/admin/queues/webhook/dead")
                    .expect(200)
                    .body()
                    .get("items")
                    .forEach(letter -> ids.add(letter.get("id").asText()));
            return ids;
        }

        void end() throws IOException {
            shell.run("stop_pithead");
            assertThat(Files.readString(folder.resolve("data.log"))).contains("\nstopped\n");
        }

        /** Whatever the shell has started, also when a block failed. */
        @Override
        public void close() throws IOException {
            shell.close();
            for (String pid : List.of("data/lock", "data/postgres/data/postmaster.pid", "backup/base/postmaster.pid")) {
                end(folder.resolve(pid));
            }
            broker.close();
            postgres.close();
        }

        private void end(Path pidFile) throws IOException {
            if (!Files.exists(pidFile)) {
                return;
            }
            List<String> lines = Files.readAllLines(pidFile);
            if (lines.isEmpty()) {
                return;
            }
            ProcessHandle.of(Long.parseLong(lines.getFirst().strip())).ifPresent(process -> {
                String command = process.info().commandLine().orElse("");
                // the file may be older than the process that now has its number
                if (command.contains(folder.toString())) {
                    process.destroyForcibly();
                    Await.until("the end of " + command, SOON, () -> !process.isAlive());
                }
            });
        }
    }
}
