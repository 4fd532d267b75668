package io.pithead.bench;

import com.sun.management.UnixOperatingSystemMXBean;
import io.pithead.protocol.json.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Writer;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Whole miners in a few processes, whose containers are only remembered: what a task costs on ever more nodes. */
final class Fleet implements AutoCloseable {
    private static final Duration COME_LIMIT = Duration.ofMinutes(10);
    private static final Duration RUN_LIMIT = Duration.ofMinutes(10);
    private static final Duration END_LIMIT = Duration.ofMinutes(2);
    /** Each has a poll parked by then. */
    private static final Duration SETTLE = Duration.ofSeconds(8);

    private static final Duration LOOK_EVERY = Duration.ofMillis(200);
    /** So many may be on their way to the coordinator at once. */
    private static final int ARRIVING = 64;

    /** Connections, the lock, logs, the selector. */
    private static final int FILES_EACH = 6;
    /** At the coordinator: the parked poll, and at times a heartbeat or a container's news beside it. */
    private static final double CONNECTIONS_EACH = 1.5;
    /** When each had a client of its own, with 2,500 a process collected garbage and did little else. */
    private static final int MOST_TO_A_PROCESS = 2_500;
    /** Connections that have had their answer go soon, or ten thousand miners would keep twice as many. */
    private static final String KEEP_ALIVE = "-Djdk.httpclient.keepalive.timeout=20";

    private static final String PREFIX = "fleet-";

    private final Network network;
    private final Path folder;
    private final List<Member> members = new ArrayList<>();
    private volatile CountDownLatch starts = new CountDownLatch(0);

    Fleet(Network network, Path folder) {
        this.network = network;
        this.folder = folder;
    }

    /** From the task's submission until the last container runs, and what the server spent on it meanwhile. */
    record Result(int nodes, Duration allRun, Cpu cpu) {}

    /** How many open files a process has to be allowed for so many nodes. */
    static long filesFor(int nodes) {
        return Math.max(Math.min(nodes, MOST_TO_A_PROCESS) * FILES_EACH, (long) (nodes * CONNECTIONS_EACH));
    }

    static boolean canBe(int nodes) {
        return !(ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix)
                || unix.getMaxFileDescriptorCount() >= filesFor(nodes);
    }

    /** A process of miners. */
    private final class Member {
        final Process process;
        final Writer orders;
        int miners;

        Member() throws IOException {
            Entry entry = network.entry();
            String name = PREFIX + members.size() + "-";
            process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx4g",
                            "-XX:+UseSerialGC",
                            KEEP_ALIVE,
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            FleetMember.class.getName(),
                            entry.url(),
                            entry.certificate().toString(),
                            folder.toString(),
                            name)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            orders = process.outputWriter(StandardCharsets.UTF_8);
            Thread.ofVirtual().name(name).start(this::count);
            order(entry.key());
        }

        private void order(String line) throws IOException {
            orders.write(line + "\n");
            orders.flush();
        }

        void more(int count) throws IOException {
            order(Integer.toString(count));
            miners += count;
        }

        private void count() {
            try (var lines =
                    new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
                for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                    if (line.equals(FleetMember.STARTED)) {
                        starts.countDown();
                    }
                }
            } catch (IOException e) {
                // it has ended, which shows where its miners are missed
            }
        }
    }

    private int miners() {
        return members.stream().mapToInt(member -> member.miners).sum();
    }

    private Member withRoom() throws IOException {
        if (members.isEmpty() || members.getLast().miners >= MOST_TO_A_PROCESS) {
            members.add(new Member());
        }
        return members.getLast();
    }

    /** Miners come until there are so many, then a task is placed on all of them, and stopped. */
    Result measure(int nodes) throws IOException, InterruptedException, SQLException {
        while (miners() < nodes) {
            Member member = withRoom();
            member.more(Math.min(Math.min(nodes - miners(), ARRIVING), MOST_TO_A_PROCESS - member.miners));
            awaitNodes(miners());
        }
        Thread.sleep(SETTLE);
        starts = new CountDownLatch(nodes);
        Cpu before = network.server().cpu();
        long begun = System.nanoTime();
        String body = Json.text(Map.of("name", "fleet of " + nodes, "image", "bench:fleet", "replicas", nodes));
        Answer created = asBuyer(network.post("/tasks", body));
        if (!starts.await(RUN_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new IOException(starts.getCount() + " of " + nodes + " containers do not run");
        }
        var result = new Result(
                nodes,
                Duration.ofNanos(System.nanoTime() - begun),
                network.server().cpu().since(before));
        asBuyer(network.delete(
                "/tasks/" + Network.json(created).path("task").path("id").asText()));
        return result;
    }

    /** Over a connection of its own: between creating and deleting it would be idle for longer than the server allows. */
    private Answer asBuyer(byte[] request) throws IOException {
        try (Connection buyer = network.client().connect()) {
            return buyer.exchange(request).orThrow();
        }
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
        for (Member member : members) {
            member.orders.close();
        }
        try {
            for (Member member : members) {
                if (!member.process.waitFor(END_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    member.process.destroyForcibly().waitFor();
                }
            }
        } catch (InterruptedException e) {
            members.forEach(member -> member.process.destroyForcibly());
            Thread.currentThread().interrupt();
        }
    }
}
