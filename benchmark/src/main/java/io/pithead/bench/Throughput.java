package io.pithead.bench;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The closed loops: no-ops, heartbeats, jobs one by one, jobs in batches. */
final class Throughput {
    static final int REQUESTS_PER_JOB = 3;
    private static final String NOOP = "/v1/bench/noop";
    private static final int NODES_PER_CLIENT = 16;
    private static final Duration WAIT = Duration.ofSeconds(2);

    private final Network network;
    private final Sizes sizes;

    Throughput(Network network, Sizes sizes) {
        this.network = network;
        this.sizes = sizes;
    }

    /** Jobs per second, and how many of them shared a transaction on average. */
    record Jobs(Load.Rate rate, double perTransaction) {}

    Load.Rate noops(int clients, String body, Duration time) throws IOException, InterruptedException {
        byte[] request = network.post(NOOP, body);
        return Load.measure(network.server(), clients, sizes.warmUp(), time, client -> connection -> {
            connection.exchange(request).orThrow();
            return 1;
        });
    }

    /** One round of everything. @return the rate of no-ops at its end */
    double warmUp() throws IOException, InterruptedException, SQLException {
        heartbeats();
        oneByOne();
        batched();
        return noops(sizes.clients(), Wire.heartbeat("noop"), sizes.time()).perSecond();
    }

    Load.Rate heartbeats() throws IOException, InterruptedException {
        return measure(sizes.clients(), client -> {
            byte[][] requests = new byte[NODES_PER_CLIENT][];
            for (int i = 0; i < NODES_PER_CLIENT; i++) {
                requests[i] = network.post("/v1/miner/heartbeat", Wire.heartbeat("beat-" + client + "-" + i));
            }
            var next = new AtomicLong();
            return connection -> {
                connection
                        .exchange(requests[(int) (next.getAndIncrement() % NODES_PER_CLIENT)])
                        .orThrow();
                return 1;
            };
        });
    }

    /** Each client is a buyer that submits a job and a miner that takes one and proves it. */
    Jobs oneByOne() throws IOException, InterruptedException, SQLException {
        network.register("one-", sizes.clients(), 1);
        byte[] submit = network.post("/v1/jobs", Wire.job(0));
        return jobs(() -> measure(sizes.clients(), client -> {
            byte[] next = network.next("one-" + client, 1, WAIT);
            return connection -> {
                connection.exchange(submit).orThrow();
                List<Wire.Offer> offers = Wire.offers(connection.exchange(next));
                for (Wire.Offer offer : offers) {
                    connection
                            .exchange(network.post("/v1/miner/proof", Wire.proof(offer)))
                            .orThrow();
                }
                return offers.size();
            };
        }));
    }

    /** The same with {@code batch} jobs to a request; what a miner does not get another one does. */
    Jobs batched() throws IOException, InterruptedException, SQLException {
        int batch = sizes.batch();
        network.register("many-", sizes.batchClients(), batch);
        byte[] submit = network.post("/v1/jobs", Wire.jobs(batch));
        var waiting = new AtomicLong();
        return jobs(() -> measure(sizes.batchClients(), client -> {
            byte[] next = network.next("many-" + client, batch, WAIT);
            return connection -> {
                if (waiting.get() < (long) batch * sizes.batchClients()) {
                    waiting.addAndGet(batch);
                    connection.exchange(submit).orThrow();
                }
                List<Wire.Offer> offers = Wire.offers(connection.exchange(next));
                if (!offers.isEmpty()) {
                    waiting.addAndGet(-offers.size());
                    connection
                            .exchange(network.post("/v1/miner/proofs", Wire.proofs(offers)))
                            .orThrow();
                }
                return offers.size();
            };
        }));
    }

    @FunctionalInterface
    private interface Measurement {
        Load.Rate rate() throws IOException, InterruptedException;
    }

    /** Every job is written by three transactions, each of which leaves its number on the rows of the history. */
    private Jobs jobs(Measurement measurement) throws IOException, InterruptedException, SQLException {
        try (var database = network.server().database("pithead");
                var since = database.prepareStatement("select id_floor(now())");
                var count = database.prepareStatement(
                        "select count(distinct job_id)::float8 * 3 / count(distinct xmin::text)"
                                + " from job_event where job_id >= ?")) {
            Object floor;
            try (var row = since.executeQuery()) {
                row.next();
                floor = row.getObject(1);
            }
            Load.Rate rate = measurement.rate();
            count.setObject(1, floor);
            try (var row = count.executeQuery()) {
                row.next();
                return new Jobs(rate, row.getDouble(1));
            }
        }
    }

    private Load.Rate measure(int clients, Load.Steps steps) throws IOException, InterruptedException {
        return Load.measure(network.server(), clients, sizes.warmUp(), sizes.time(), steps);
    }
}
