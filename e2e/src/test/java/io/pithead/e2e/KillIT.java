package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of servers, database, broker and miners in the middle of everything. Afterwards nothing that was
 * acknowledged is lost, nothing is paid twice, nothing is stuck. {@code -Dpithead.e2e.seed=N} repeats a run's choices.
 */
@NeedsPostgres
class KillIT {
    private static final int JOBS = 2_000;
    private static final int JOBS_PER_BATCH = 10;
    private static final int BATCHES = JOBS / JOBS_PER_BATCH;
    private static final int BUYERS = 4;
    private static final int SERVERS = 2;
    private static final int MINER_PROCESSES = 3;
    private static final int AGENTS = 8;
    private static final int HUNDRED = 100;
    /** Of a hundred jobs so many are judged by replication. */
    private static final int REPLICATED = 15;

    private static final String WORKLOAD = "survivor";
    /** No miner runs these. */
    private static final String HOPELESS = "hopeless";

    /** What is killed, and how often. */
    private enum Victim {
        SERVER(3),
        DATABASE(2),
        BROKER(2),
        MINERS(4);

        private final int times;

        Victim(int times) {
            this.times = times;
        }
    }

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void nothing_is_lost_paid_twice_or_stuck_whatever_is_killed() throws Exception {
        long seed = Long.getLong("pithead.e2e.seed", System.nanoTime());
        System.out.println("KillIT seed=" + seed);
        try (Postgres postgres = Postgres.start();
                Fleet fleet = Fleet.start(
                        folder,
                        SERVERS,
                        postgres,
                        "pithead.lease.ttl=PT6S",
                        "pithead.ledger.lock=PT3S",
                        "pithead.lease.first-backoff=PT0.5S",
                        "pithead.lease.max-backoff=PT2S",
                        "pithead.verification.replica-wait=PT3S",
                        "pithead.verification.allowance=PT20S",
                        "pithead.webhook.allow-private=true",
                        "pithead.webhook.retry.first=PT0.2S",
                        "pithead.webhook.retry.max=PT2S");
                Story story = new Story(seed, fleet)) {
            story.tell();
        }
    }

    private static final class Story implements AutoCloseable {
        private final long seed;
        private final Random random;
        private final Fleet fleet;
        private final Tenant buyer;
        private final List<String> minerKeys = new ArrayList<>();
        private final HttpServer receiver;
        private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
        private final Set<String> heard = ConcurrentHashMap.newKeySet();
        private final Semaphore batches = new Semaphore(0);
        private final Map<Integer, Server> miners = new HashMap<>();
        private final List<String> minerLines = new ArrayList<>();
        private int minersStarted;

        Story(long seed, Fleet fleet) throws IOException {
            this.seed = seed;
            this.random = new Random(seed);
            this.fleet = fleet;
            Operator operator = fleet.operator();
            buyer = operator.tenant("buyer").deposit("100000");
            for (int i = 0; i < MINER_PROCESSES; i++) {
                minerKeys.add(operator.client(operator.account("provider-" + i), "miner")
                        .key());
            }
            receiver = receiver(heard);
        }

        void tell() throws Exception {
            buyer.buyer()
                    .post(
                            "/v1/webhooks",
                            Map.of(
                                    "url",
                                    "http://127.0.0.1:" + receiver.getAddress().getPort() + "/"))
                    .expect(201);
            for (int i = 0; i < MINER_PROCESSES; i++) {
                startMiners(i);
            }
            havocWhileBuying();
            Instant calm = Instant.now();
            try (Connection connection = fleet.postgres().connect()) {
                var books = new Books(connection, calm);
                books.awaitAllEnded();
                books.awaitAllSent();
                books.awaitAllMature();
                check(books);
            }
        }

        private void check(Books books) throws SQLException {
            List.copyOf(miners.keySet()).forEach(this::killMiners);
            System.out.println("KillIT seed=" + seed + " jobs=" + books.states() + " proofs=" + minerLines.size()
                    + " webhook_calls=" + heard.size());
            assertThat(acknowledged).hasSize(JOBS);
            books.assertEveryJobIsThereOnce(acknowledged);
            books.assertEveryJobHasOneReceiptOrAReason();
            books.assertNothingWasStuck();
            books.assertMoneyIsWhole();
            books.assertHistoriesAreLinear();
            books.assertProved(minerLines);
            assertThat(minerLines).noneMatch(line -> line.startsWith("BROKEN"));
            books.assertNone("deliveries that were given up", "select id from webhook_delivery where state = 'DEAD'");
            assertThat(heard)
                    .as("steps that the buyer was told of")
                    .containsAll(books.list(
                            "select job_id, seq from job_event", row -> row.getString(1) + " " + row.getInt(2)));
            // the story is about something
            assertThat(books.states().get("COMPLETED")).isGreaterThan(JOBS / 2L);
            assertThat(books.states()).containsKeys("FAILED", "CANCELED", "EXPIRED");
            assertThat(books.number("select count(*) from job where attempt > 1"))
                    .isPositive();
            assertThat(books.number("select count(*) from ledger_entry where reason = 'UNLOCK'"))
                    .isPositive();
            assertThat(books.number("select count(*) from verification where verdict = 'AGREED'"))
                    .isGreaterThan(JOBS * REPLICATED / (2L * HUNDRED));
        }

        // Buyers

        private void havocWhileBuying() throws InterruptedException, ExecutionException {
            try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<?>> buyers = new ArrayList<>();
                for (int i = 0; i < BUYERS; i++) {
                    var choices = new Random(random.nextLong());
                    buyers.add(threads.submit(() -> buy(choices)));
                }
                havoc();
                for (Future<?> one : buyers) {
                    one.get();
                }
            }
        }

        /** Takes batches as they are given out, and asks until each is acknowledged. */
        private void buy(Random choices) {
            var api =
                    new Patient(Patient.client(), fleet.origins(), buyer.buyer().key());
            for (int i = 0; i < BATCHES / BUYERS; i++) {
                batches.acquireUninterruptibly();
                byte[] body = Json.write(Map.of("jobs", batch(choices)));
                Api.Answer answer = api.post("/v1/jobs", body, new UUID(choices.nextLong(), i).toString());
                for (JsonNode job : answer.expect(201).body().get("jobs")) {
                    String id = job.get("id").asText();
                    acknowledged.add(id);
                    if (choices.nextInt(HUNDRED) < 5) {
                        api.post("/v1/jobs/" + id + "/cancel", Json.write(Map.of()));
                    }
                }
            }
        }

        private static List<Map<String, Object>> batch(Random choices) {
            var jobs = new ArrayList<Map<String, Object>>();
            for (int i = 0; i < JOBS_PER_BATCH; i++) {
                var job = new HashMap<String, Object>(
                        Map.of("workload", WORKLOAD, "price", "1.5", "params", Map.of("n", i), "max_attempts", 100));
                int lot = choices.nextInt(HUNDRED);
                if (lot < 3) {
                    job.put("max_attempts", 1);
                } else if (lot < 5) {
                    job.put("workload", HOPELESS);
                    job.put("ttl_s", 20);
                } else if (lot < 5 + REPLICATED) {
                    job.put("verification", Map.of("mode", "replicate"));
                    job.put("limits", Map.of("max_runtime_s", 15));
                }
                jobs.add(job);
            }
            return jobs;
        }

        // Killing

        private void havoc() {
            var victims = new ArrayList<Victim>();
            for (Victim victim : Victim.values()) {
                victims.addAll(Collections.nCopies(victim.times, victim));
            }
            Collections.shuffle(victims, random);
            int perVictim = BATCHES / (victims.size() + 1);
            for (Victim victim : victims) {
                batches.release(perVictim);
                pause(2_000);
                System.out.println("KillIT " + Instant.now() + " kills " + victim);
                switch (victim) {
                    case SERVER -> killServer();
                    case DATABASE -> killDatabase();
                    case BROKER -> killBroker();
                    case MINERS -> {
                        int provider = random.nextInt(MINER_PROCESSES);
                        killMiners(provider);
                        startMiners(provider);
                    }
                }
            }
            batches.release(BATCHES - perVictim * victims.size());
        }

        private void killServer() {
            Fleet.Instance instance = fleet.instance(random.nextInt(SERVERS));
            instance.kill();
            pause(1_000);
            instance.start();
        }

        private void killDatabase() {
            fleet.postgres().kill();
            pause(5_000);
            fleet.postgres().revive();
        }

        /** Sometimes its disk is lost as well. */
        private void killBroker() {
            fleet.broker().kill();
            if (random.nextBoolean()) {
                fleet.broker().wipe();
            }
            pause(5_000);
            fleet.broker().run();
        }

        private void killMiners(int provider) {
            Server process = Objects.requireNonNull(miners.remove(provider));
            process.kill();
            minerLines.addAll(process.output().lines().toList());
        }

        /** The same miners again: who was killed comes back under its name. */
        private void startMiners(int provider) {
            String prefix = "miner-" + provider;
            var command = new ArrayList<>(List.of(
                    Server.java(),
                    "-Xmx64m",
                    "-XX:TieredStopAtLevel=1",
                    "-cp",
                    System.getProperty("java.class.path"),
                    MinerSwarm.class.getName(),
                    prefix,
                    Integer.toString(AGENTS),
                    Long.toString(seed + minersStarted++),
                    WORKLOAD));
            command.addAll(fleet.origins().stream().map(Object::toString).toList());
            miners.put(provider, Server.start("miners", Map.of("API_KEY", minerKeys.get(provider)), command));
        }

        /** Part of the havoc, and no wait for anything: what is killed is killed at any moment. */
        private void pause(int maxMillis) {
            LockSupport.parkNanos(Duration.ofMillis(random.nextInt(maxMillis)).toNanos());
        }

        @Override
        public void close() {
            List.copyOf(miners.keySet()).forEach(this::killMiners);
            receiver.stop(0);
        }
    }

    /** The buyer's own server, which hears of every step of every job. */
    private static HttpServer receiver(Set<String> heard) throws IOException {
        HttpServer receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        receiver.createContext("/", exchange -> {
            try (exchange) {
                String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
                JsonNode event = Json.own(body, JsonNode.class);
                heard.add(event.at("/job/id").asText() + " "
                        + event.at("/job/seq").asInt());
                exchange.sendResponseHeaders(204, -1);
            }
        });
        receiver.start();
        return receiver;
    }
}
