package io.pithead.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** One run: starts the server, measures the rows that were asked for, stops the server. */
final class Bench {
    private static final double LATENCY_LOAD = 0.7;
    private static final int SETTLE_SECONDS = 3;
    /** A round of warm-up that gains less than this is the last one. */
    private static final double STILL_RISING = 1.05;

    private static final Set<Row> SERVERLESS = Set.of(Row.EPOCHS, Row.CHALLENGES, Row.SIMULATION);
    private static final Set<Row> NOT_WARMED = Set.of(Row.BOOT, Row.CHAIN, Row.EPOCHS, Row.CHALLENGES, Row.SIMULATION);

    private final Path jar;
    private final Path gasReport;
    private final Path folder;
    private final List<String> javaFlags;
    private final Sizes sizes;
    private final Set<Row> rows;
    private final Figures figures = new Figures();
    private double jobsPerSecond;

    /** @param gasReport {@code contracts/GAS.md} */
    Bench(Path jar, Path gasReport, Path folder, List<String> javaFlags, Sizes sizes, Set<Row> rows) {
        this.jar = jar;
        this.gasReport = gasReport;
        this.folder = folder;
        this.javaFlags = javaFlags;
        this.sizes = sizes;
        this.rows = rows;
    }

    Figures run() throws IOException, InterruptedException, SQLException {
        if (rows.contains(Row.EPOCHS)) {
            say("trees of rewards");
            Epochs.report(figures, gasReport);
        }
        if (rows.contains(Row.CHALLENGES)) {
            say("compute challenges");
            Challenges.report(figures, sizes.products());
        }
        if (rows.contains(Row.SIMULATION)) {
            say("a simulated network");
            Trust.report(figures, sizes.simulation());
        }
        if (SERVERLESS.containsAll(rows)) {
            return figures;
        }
        if (rows.equals(Set.of(Row.CONTAINERS))) {
            measureContainers();
            return figures;
        }
        say("starting the server");
        Duration firstBoot;
        try (Server server = start()) {
            firstBoot = server.boot();
            Network network = Network.create(server);
            var throughput = new Throughput(network, sizes);
            warmUp(new Throughput(network, sizes.warming()));
            measureThroughput(server, throughput);
            if (rows.contains(Row.LATENCY)) {
                measureLatency(network);
            }
            if (rows.contains(Row.PARKED)) {
                measureParked(network);
            }
            if (rows.contains(Row.VERIFICATIONS)) {
                measureVerifications(server);
            }
            if (rows.contains(Row.ENGINE)) {
                measureEngine(network);
            }
        }
        if (rows.contains(Row.CONTAINERS)) {
            measureContainers();
        }
        if (rows.contains(Row.CHAIN)) {
            measureChain();
        }
        if (rows.contains(Row.BOOT)) {
            measureBoot(firstBoot);
        }
        return figures;
    }

    private Server start() throws IOException, InterruptedException {
        return Server.start(jar, folder.resolve("data"), javaFlags);
    }

    /**
     * A server just started is compiled while it works: on two cores that takes minutes, and its first figures say more of
     * the compiler than of the server. So everything is run in turn until no-ops do not get faster any more.
     */
    private void warmUp(Throughput throughput) throws IOException, InterruptedException, SQLException {
        if (NOT_WARMED.containsAll(rows)) {
            return;
        }
        double before = 0;
        for (int round = 1; round <= sizes.warmUps(); round++) {
            double now = throughput.warmUp();
            say(String.format(Locale.ROOT, "warming up, round %d: %,.0f no-op requests/s", round, now));
            if (now < before * STILL_RISING) {
                return;
            }
            before = now;
        }
    }

    private void measureThroughput(Server server, Throughput throughput)
            throws IOException, InterruptedException, SQLException {
        var database = new PgBench(server, folder);
        if (rows.contains(Row.HEARTBEATS)) {
            measureHeartbeats(throughput);
        }
        if (rows.contains(Row.JOBS) || rows.contains(Row.LATENCY)) {
            measureOneByOne(throughput, database);
        }
        if (rows.contains(Row.BATCHED)) {
            measureBatched(throughput, database);
        }
    }

    private void measureHeartbeats(Throughput throughput) throws IOException, InterruptedException {
        String body = Wire.heartbeat("noop");
        Load.Rate before = noops(throughput, sizes.clients(), body);
        say("heartbeats");
        Load.Rate beats = throughput.heartbeats();
        Load.Rate limit = before.plus(noops(throughput, sizes.clients(), body));
        String note = "CPU of server + database: " + beats.cpuEach() + "; limit: no-op requests, " + limit.cpuEach();
        figures.rate("heartbeats, durable", "heartbeats", beats.perSecond(), limit.perSecond(), "3,000/s", note);
    }

    private void measureOneByOne(Throughput throughput, PgBench database)
            throws IOException, InterruptedException, SQLException {
        if (!rows.contains(Row.JOBS)) {
            say("jobs one by one");
            jobsPerSecond = throughput.oneByOne().rate().perSecond();
            return;
        }
        String body = Wire.proof(new Wire.Offer("id", 1, 1));
        Load.Rate before = noops(throughput, sizes.clients(), body);
        say("jobs one by one");
        Throughput.Jobs jobs = throughput.oneByOne();
        jobsPerSecond = jobs.rate().perSecond();
        Load.Rate requests = before.plus(noops(throughput, sizes.clients(), body));
        limited("jobs, one by one", "jobs", jobs, requests, 1, "1,000/s", database);
    }

    private void measureBatched(Throughput throughput, PgBench database)
            throws IOException, InterruptedException, SQLException {
        String body = Wire.jobs(sizes.batch());
        Load.Rate before = noops(throughput, sizes.batchClients(), body);
        say("jobs in batches of " + sizes.batch());
        Throughput.Jobs jobs = throughput.batched();
        Load.Rate requests = before.plus(noops(throughput, sizes.batchClients(), body));
        limited("jobs, batched", "jobs_batched", jobs, requests, sizes.batch(), "5,000/s", database);
    }

    /** As many no-ops as the jobs took requests, and the rows that the jobs left, one after the other. */
    private void limited(
            String what,
            String key,
            Throughput.Jobs jobs,
            Load.Rate requests,
            int jobsPerRequest,
            String aim,
            PgBench database)
            throws IOException, InterruptedException, SQLException {
        say("the same rows by pgbench");
        int perTransaction = (int) Math.max(1, Math.round(jobs.perTransaction()));
        Optional<Double> byRows = database.jobsPerSecond(perTransaction, sizes.time());
        double byRequests = requests.perSecond() * jobsPerRequest / Throughput.REQUESTS_PER_JOB;
        Double limit = byRows.map(rate -> combined(byRequests, rate)).orElse(null);
        figures.rate(
                what, key, jobs.rate().perSecond(), limit, aim, note(jobs.rate(), requests, byRows, perTransaction));
    }

    /** Half of the time before what it is compared with and half of it after, so that a drift of the machine is in both. */
    private Load.Rate noops(Throughput throughput, int clients, String body) throws IOException, InterruptedException {
        say("no-op requests");
        return throughput.noops(clients, body, sizes.time().dividedBy(2));
    }

    /** Both on the same cores, one after the other. */
    private static double combined(double a, double b) {
        return 1 / (1 / a + 1 / b);
    }

    private static String note(Load.Rate jobs, Load.Rate requests, Optional<Double> rowsLimit, int perTransaction) {
        String limit = rowsLimit
                .map(rate -> String.format(
                        Locale.ROOT,
                        "limit: %,.0f no-op requests/s of %s, rows of %,.0f jobs/s by pgbench (%d jobs to a"
                                + " transaction)",
                        requests.perSecond(),
                        requests.cpuEach(),
                        rate,
                        perTransaction))
                .orElse("no limit: install pgbench (Debian: postgresql-contrib)");
        return "CPU of server + database: " + jobs.cpuEach() + "; " + limit;
    }

    private void measureLatency(Network network) throws IOException, InterruptedException {
        double rate = jobsPerSecond * LATENCY_LOAD;
        say(String.format(Locale.ROOT, "submit to miner at %.0f jobs/s", rate));
        Latency.Result result = new Latency(network, sizes).measure(rate);
        String note = String.format(Locale.ROOT, "%,d jobs at %.0f/s, 100 miners", result.jobs(), rate);
        figures.plain("submit to miner, p50", "dispatch_p50_ms", result.p50(), " ms", NO_AIM, note);
        figures.plain("submit to miner, p99", "dispatch_p99_ms", result.p99(), " ms", "50 ms", note);
    }

    private void measureParked(Network network) throws IOException, InterruptedException {
        say("parking " + sizes.parked() + " miners");
        Parked.Result result = new Parked(network, sizes.parked()).measure();
        figures.plain(
                "parked miners",
                "parked_miners",
                result.held(),
                "",
                "10,000",
                "of " + sizes.parked() + ", connected in " + result.ramp().toSeconds() + " s");
        figures.plain(
                "heap per parked miner",
                "heap_kib_per_parked_miner",
                result.heapKibPerMiner(),
                " KiB",
                "1.5 GiB in all",
                "live heap " + result.heapMb() + " MiB");
        figures.plain(
                "waking all",
                "wake_all_s",
                result.wakeAll().toNanos() / 1e9,
                " s",
                NO_AIM,
                "from the first submission to the last miner");
    }

    private void measureContainers() throws IOException, InterruptedException, SQLException {
        say("starting a server for many nodes");
        try (Server server = Server.startForFleet(jar, folder.resolve("fleet-data"), javaFlags)) {
            Network network = Network.create(server);
            warmUp(new Throughput(network, sizes.warming()));
            measureContainers(network);
        }
    }

    private void measureContainers(Network network) throws IOException, InterruptedException, SQLException {
        try (var fleet = new Fleet(network, folder.resolve("fleet"))) {
            for (int nodes : sizes.fleets()) {
                if (!Fleet.canBe(nodes)) {
                    say("a container task on " + nodes + " nodes: not measured, raise ulimit -n to "
                            + Fleet.filesFor(nodes));
                    continue;
                }
                say("a container task on " + nodes + " nodes");
                Fleet.Result result = fleet.measure(nodes);
                figures.plain(
                        "container task on " + nodes + " nodes",
                        "fleet_" + nodes + "_run_s",
                        result.allRun().toNanos() / 1e9,
                        " s",
                        NO_AIM,
                        "until all run; CPU of server + database for a node: "
                                + result.cpu().each(nodes));
            }
        }
    }

    private void measureEngine(Network network) throws IOException, InterruptedException {
        Optional<String> obstacle = Docker.obstacle(folder.resolve("image"));
        if (obstacle.isPresent()) {
            say("containers on an engine: " + obstacle.get());
            return;
        }
        try (var engine = new RealEngine(network, folder.resolve("engine"))) {
            say("containers on an engine, by hand and through the coordinator");
            RealEngine.Starts starts = engine.starts(sizes.containers());
            figures.plain(
                    "container start, added",
                    "container_start_added_ms",
                    starts.throughUs() - starts.byHand(),
                    " ms",
                    "150 ms",
                    String.format(
                            Locale.ROOT,
                            "medians of %d: docker run by hand %.0f ms, task to program %.0f ms",
                            sizes.containers(),
                            starts.byHand(),
                            starts.throughUs()));
            say("following a container's output");
            double byHand = RealEngine.followByHand(sizes.time());
            RealEngine.Followed followed = engine.follow(sizes.time());
            figures.beside(
                    "log follow",
                    "log_follow_mb_per_s",
                    followed.mbPerSecond(),
                    byHand,
                    " MB/s",
                    "10 MB/s",
                    "limit: docker logs -f with times; live heap grew by " + followed.serverMb()
                            + " MiB at the server, " + followed.minerMb() + " MiB at the miner");
        }
    }

    private void measureVerifications(Server server) throws IOException, InterruptedException {
        say("signed requests");
        Verifications.Result result = new Verifications(server).measure(sizes.signatures());
        figures.rate(
                "signed requests checked",
                "verifications",
                result.perSecond(),
                result.limit(),
                NO_AIM,
                "CPU of server + database: " + result.cpuEach() + "; limit: keys recovered on all cores, nothing else");
    }

    private void measureChain() throws IOException, InterruptedException, SQLException {
        if (!Server.hasChain()) {
            say("the chain: not measured, npm ci in contracts/ brings one");
            return;
        }
        say("starting a server with a chain");
        try (Server server = Server.startWithChain(jar, folder.resolve("chain-data"), javaFlags)) {
            var chain = new ChainLoad(server);
            chain.open();
            say("transactions of one key");
            ChainLoad.Result sent = chain.transactions(sizes.transactions());
            figures.rate("transactions of one key", "chain_tx", sent.perSecond(), sent.limit(), NO_AIM, sent.note());
            say("reading the chain again");
            ChainLoad.Result read = chain.indexer();
            figures.rate("events indexed", "indexer_events", read.perSecond(), read.limit(), NO_AIM, read.note());
        }
    }

    private void measureBoot(Duration first) throws IOException, InterruptedException {
        var boots = new ArrayList<Duration>();
        var resident = new ArrayList<Long>();
        for (int i = 0; i < sizes.boots(); i++) {
            say("boot " + (i + 1) + " of " + sizes.boots());
            try (Server server = start()) {
                boots.add(server.boot());
                Thread.sleep(Duration.ofSeconds(SETTLE_SECONDS));
                resident.add(server.rssMb());
            }
        }
        boots.sort(null);
        resident.sort(null);
        figures.plain(
                "boot to ready",
                "boot_s",
                boots.get(boots.size() / 2).toNanos() / 1e9,
                " s",
                "20 s",
                String.format(
                        Locale.ROOT,
                        "median of %d; the very first, with unpacking and initdb: %.1f s",
                        boots.size(),
                        first.toNanos() / 1e9));
        figures.plain(
                "RSS after boot",
                "rss_mb",
                resident.get(resident.size() / 2),
                " MB",
                NO_AIM,
                "the server's process, without PostgreSQL");
    }

    private static final String NO_AIM = "–";

    private static void say(String what) {
        System.err.println("bench: " + what);
    }
}
