package io.pithead.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whole miners in this process, whose containers are only remembered: what a task costs on ever more nodes. */
final class Fleet implements AutoCloseable {
    private static final Duration COME_LIMIT = Duration.ofMinutes(10);
    private static final Duration RUN_LIMIT = Duration.ofMinutes(10);
    /** Each has a poll parked by then. */
    private static final Duration SETTLE = Duration.ofSeconds(8);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    /** So many may be on their way to the coordinator at once. */
    private static final int ARRIVING = 64;

    /** Connections, the lock, logs, the selector. */
    private static final int FILES_EACH = 6;

    private static final String PREFIX = "fleet-";

    private final Network network;
    private final Path folder;
    private final ConcurrentLinkedQueue<InnerMiner> miners = new ConcurrentLinkedQueue<>();
    private volatile CountDownLatch starts = new CountDownLatch(0);

    Fleet(Network network, Path folder) {
        this.network = network;
        this.folder = folder;
    }

    /** From the task's submission until the last container runs, and what the server spent on it meanwhile. */
    record Result(int nodes, Duration allRun, Cpu cpu) {}

    /** As many as this process may open files for. */
    static long most() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount() / FILES_EACH
                : Long.MAX_VALUE;
    }

    static long filesOf(int nodes) {
        return (long) nodes * FILES_EACH;
    }

    /** Miners come until there are so many, then a task is placed on all of them, and stopped. */
    Result measure(int nodes) throws IOException, InterruptedException, SQLException {
        while (miners.size() < nodes) {
            int upto = Math.min(nodes, miners.size() + ARRIVING);
            while (miners.size() < upto) {
                String id = PREFIX + miners.size();
                miners.add(
                        InnerMiner.start(network, folder.resolve(id), id, new MemoryEngine(() -> starts.countDown())));
            }
            awaitNodes(upto);
        }
        Thread.sleep(SETTLE);
        starts = new CountDownLatch(nodes);
        try (Connection buyer = network.client().connect()) {
            Cpu before = network.server().cpu();
            long begun = System.nanoTime();
            String id = create(buyer, nodes);
            if (!starts.await(RUN_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new IOException(starts.getCount() + " of " + nodes + " containers do not run");
            }
            var result = new Result(
                    nodes,
                    Duration.ofNanos(System.nanoTime() - begun),
                    network.server().cpu().since(before));
            buyer.exchange(network.delete("/tasks/" + id)).orThrow();
            return result;
        }
    }

    private String create(Connection buyer, int nodes) throws IOException {
        String body = Json.text(Map.of("name", "fleet of " + nodes, "image", "bench:fleet", "replicas", nodes));
        Answer answer = buyer.exchange(network.post("/tasks", body)).orThrow();
        return Network.json(answer).path("task").path("id").asText();
    }

    private void awaitNodes(int wanted) throws IOException, InterruptedException, SQLException {
        long deadline = System.nanoTime() + COME_LIMIT.toNanos();
        try (var database = network.server().database("pithead");
                var count = database.prepareStatement("select count(*) from node where miner_id like '" + PREFIX
                        + "%' and capabilities::text like '%\"container\"%'")) {
            while (true) {
                try (var row = count.executeQuery()) {
                    row.next();
                    if (row.getInt(1) >= wanted) {
                        return;
                    }
                    if (System.nanoTime() > deadline) {
                        throw new IOException(row.getInt(1) + " of " + wanted + " miners have come");
                    }
                }
                Thread.sleep(LOOK_EVERY);
            }
        }
    }

    @Override
    public void close() throws IOException {
        miners.forEach(InnerMiner::drain);
        for (InnerMiner miner : miners) {
            miner.close();
        }
    }
}
