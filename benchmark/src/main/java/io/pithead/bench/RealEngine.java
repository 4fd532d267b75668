package io.pithead.bench;

import io.pithead.miner.container.DockerJavaEngine;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** One miner on this machine's own engine: what the way through the coordinator costs, and how fast its output can be read. */
final class RealEngine implements AutoCloseable {
    private static final String MINER = "bench-engine";
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration SETTLE = Duration.ofSeconds(3);
    private static final int DOCKER_ID_LENGTH = 64;
    private static final int READ = 64 * 1024;
    /** Ends as soon as it is told to, which a first process does only when it says so. */
    private static final List<String> SLEEP = List.of("sh", "-c", "trap 'exit 0' TERM; while true; do sleep 0.2; done");
    /** Begins each line: what a line is wrapped in differs from follower to follower, so lines are counted. */
    private static final byte MARK = '@';

    private static final String LINE = (char) MARK + "0".repeat(78);
    private static final double LINE_BYTES = LINE.length() + 1;
    /** More than is aimed at, in pushes: one that never rests measures the shell's share of the machine. */
    private static final String CHATTER = "while true; do yes " + LINE + " | head -c 2000000; sleep 0.05; done";

    private final Network network;
    private final InnerMiner miner;

    RealEngine(Network network, Path folder) throws IOException, InterruptedException {
        this.network = network;
        this.miner = InnerMiner.start(network.entry(), folder, MINER, new DockerJavaEngine(Docker.host()));
        Thread.sleep(SETTLE);
    }

    /** Medians, in milliseconds, to the start of the container's program. */
    record Starts(double byHand, double throughUs) {}

    /** In turn, so that a drift of the machine is in both. */
    Starts starts(int rounds) throws IOException, InterruptedException {
        var byHand = new ArrayList<Double>();
        var throughUs = new ArrayList<Double>();
        for (int i = 0; i < rounds; i++) {
            byHand.add(byHand());
            throughUs.add(throughUs());
        }
        return new Starts(median(byHand), median(throughUs));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static double byHand() throws IOException, InterruptedException {
        Instant begun = Instant.now();
        String id = Docker.docker("run", "-d", Docker.IMAGE, SLEEP.get(0), SLEEP.get(1), SLEEP.get(2));
        double took = millis(begun, Docker.startedAt(id));
        Docker.docker("rm", "-f", id);
        return took;
    }

    private double throughUs() throws IOException, InterruptedException {
        try (Connection buyer = network.client().connect()) {
            Instant begun = Instant.now();
            String task = submit(buyer, SLEEP);
            double took = millis(begun, Docker.startedAt(await(task)));
            end(buyer, task);
            return took;
        }
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }

    private String submit(Connection buyer, List<String> cmd) throws IOException {
        String body = Json.text(Map.of("name", MINER, "image", Docker.IMAGE, "replicas", 1, "cmd", cmd));
        Answer answer = buyer.exchange(network.post("/tasks", body)).orThrow();
        return Network.json(answer).path("task").path("id").asText();
    }

    private static String await(String task) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < deadline) {
            String id = Docker.docker("ps", "-q", "--no-trunc", "--filter", "label=pithead.task=" + task);
            if (id.length() == DOCKER_ID_LENGTH) {
                return id;
            }
            Thread.sleep(LOOK_EVERY);
        }
        throw new IOException("the task's container does not run");
    }

    /** Until its container is gone: the next one finds the machine as this one did. */
    private void end(Connection buyer, String task) throws IOException, InterruptedException {
        buyer.exchange(network.delete("/tasks/" + task)).orThrow();
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!Docker.docker("ps", "-aq", "--filter", "label=pithead.task=" + task)
                .isEmpty()) {
            if (System.nanoTime() > deadline) {
                throw new IOException("the task's container does not go");
            }
            Thread.sleep(LOOK_EVERY);
        }
    }

    /** What a follower was sent, and what came to live on the heaps of both sides meanwhile. */
    record Followed(double mbPerSecond, long serverMb, long minerMb) {}

    /** What the engine's own command gives of what the container wrote, in MB/s. */
    static double followByHand(Duration time) throws IOException, InterruptedException {
        String id = Docker.docker("run", "-d", Docker.IMAGE, "sh", "-c", CHATTER);
        Process follower = new ProcessBuilder("docker", "logs", "-f", "--timestamps", "--tail", "0", id).start();
        try (var output = follower.getInputStream()) {
            var dropped = new byte[READ];
            long settled = System.nanoTime() + SETTLE.toNanos();
            while (System.nanoTime() < settled && output.read(dropped) >= 0) {
                // it has come into its stride by then
            }
            long end = System.nanoTime() + time.toNanos();
            long lines = 0;
            for (int read = 0; read >= 0 && System.nanoTime() < end; read = output.read(dropped)) {
                lines += Connection.count(dropped, read, MARK);
            }
            return mbPerSecond(lines, time);
        } finally {
            follower.destroy();
            Docker.docker("rm", "-f", id);
        }
    }

    Followed follow(Duration time) throws IOException, InterruptedException {
        try (Connection buyer = network.client().connect();
                Connection follower = network.client().connect()) {
            String task = submit(buyer, List.of("sh", "-c", CHATTER));
            String job = Docker.docker("inspect", "-f", "{{index .Config.Labels \"pithead.job\"}}", await(task));
            follower.send(network.get("/v1/jobs/" + job + "/logs/follow?tail=0"));
            follower.countFor(SETTLE, MARK);
            long server = network.server().liveHeapKib();
            long miner = heapKib();
            long lines = follower.countFor(time, MARK);
            var followed = new Followed(
                    mbPerSecond(lines, time),
                    (network.server().liveHeapKib() - server) / 1024,
                    (heapKib() - miner) / 1024);
            end(buyer, task);
            return followed;
        }
    }

    private static double mbPerSecond(long lines, Duration time) {
        return lines * LINE_BYTES / 1e6 / (time.toNanos() / 1e9);
    }

    private static long heapKib() {
        System.gc();
        Runtime own = Runtime.getRuntime();
        return (own.totalMemory() - own.freeMemory()) / 1024;
    }

    @Override
    public void close() throws IOException {
        miner.close();
    }
}
