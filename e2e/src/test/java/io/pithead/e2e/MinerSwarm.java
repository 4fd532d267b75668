package io.pithead.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Many small miners in one process. Most of their jobs are done, some slowly; some fail, and some are forgotten in the
 * middle, as by a miner that crashed and came back. Each accepted proof is told: it may never be lost.
 */
final class MinerSwarm implements AutoCloseable {
    private static final int CONCURRENCY = 4;
    private static final int MAX_WORK_MILLIS = 150;
    private static final int SLOW_ROUNDS = 4;
    private static final int SLOW_MILLIS = 1_500;

    /** In a hundred jobs: forgotten, failed for now, failed for good, slow; the rest are done at once. */
    private static final int FORGOTTEN = 3;

    private static final int RETRYABLE = FORGOTTEN + 3;
    private static final int FATAL = RETRYABLE + 2;
    private static final int SLOW = FATAL + 2;
    private static final int HUNDRED = 100;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger crashes = new AtomicInteger();
    private final Patient api;
    private final String workload;
    private final Consumer<String> told;

    /** @param told gets a line for each accepted proof: {@code PROVED job lease receipt} */
    MinerSwarm(List<URI> origins, String key, String workload, Consumer<String> told) {
        this.api = new Patient(Patient.client(), origins, key);
        this.workload = workload;
        this.told = told;
    }

    MinerSwarm start(String prefix, int agents, long seed) {
        for (int i = 0; i < agents; i++) {
            String id = prefix + "-" + i;
            var random = new Random(seed * 31 + i);
            threads.submit(() -> live(id, random));
        }
        return this;
    }

    int crashes() {
        return crashes.get();
    }

    private void live(String id, Random random) {
        try {
            register(id);
            while (!Thread.currentThread().isInterrupted()) {
                Api.Answer answer =
                        api.get("/v1/miner/next?miner=" + id + "&slots=" + CONCURRENCY + "&wait=2&batch=true");
                if (answer.status() == 200) {
                    answer.body().get("jobs").forEach(offer -> work(offer, random));
                }
            }
        } catch (Patient.Interrupted over) {
            // the story ended
        } catch (RuntimeException | Error e) {
            told.accept("BROKEN " + id + " " + e);
            throw e;
        }
    }

    private void register(String id) {
        Api.Answer answer = api.post(
                "/v1/miner/register",
                Json.write(Map.of(
                        "miner_id",
                        id,
                        "mode",
                        "cpu",
                        "concurrency",
                        CONCURRENCY,
                        "renews",
                        true,
                        "workloads",
                        List.of(workload))));
        if (answer.status() >= 300) {
            throw new AssertionError("cannot register: " + answer);
        }
    }

    private void work(JsonNode offer, Random random) {
        String job = offer.get("id").asText();
        long lease = offer.get("lease").asLong();
        int lot = random.nextInt(HUNDRED);
        pause(random.nextInt(MAX_WORK_MILLIS));
        if (lot < FORGOTTEN) {
            crashes.incrementAndGet();
            return;
        }
        if (lot < FATAL) {
            api.post("/v1/miner/fail", Json.write(Tenant.failure(job, lease, lot < RETRYABLE)));
            return;
        }
        if (lot < SLOW && !isKept(job, lease)) {
            return;
        }
        Api.Answer answer = api.post("/v1/miner/proof", Json.write(Tenant.proof(job, lease)));
        if (answer.status() == 200 || answer.status() == 201) {
            told.accept("PROVED " + job + " " + lease + " "
                    + answer.body().at("/receipt/receipt_id").asText());
        }
    }

    /** Renews for longer than a lease lasts. */
    private boolean isKept(String job, long lease) {
        for (int i = 0; i < SLOW_ROUNDS; i++) {
            pause(SLOW_MILLIS);
            Api.Answer answer =
                    api.post("/v1/miner/progress", Json.write(Map.of("id", job, "lease", lease, "percent", i)));
            if (answer.status() != 200 || answer.body().get("cancel").asBoolean()) {
                return false;
            }
        }
        return true;
    }

    /** This is the work; nothing waits for it. */
    private static void pause(int millis) {
        LockSupport.parkNanos(Duration.ofMillis(millis).toNanos());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        threads.close();
    }

    /** As a process that can be killed: {@code PREFIX AGENTS SEED WORKLOAD ORIGIN…}, the key in its environment. */
    public static void main(String[] arguments) {
        List<URI> origins = Stream.of(arguments).skip(4).map(URI::create).toList();
        new MinerSwarm(origins, System.getenv("API_KEY"), arguments[3], MinerSwarm::print)
                .start(arguments[0], Integer.parseInt(arguments[1]), Long.parseLong(arguments[2]));
        LockSupport.park(MinerSwarm.class);
    }

    private static synchronized void print(String line) {
        System.out.println(line);
    }
}
