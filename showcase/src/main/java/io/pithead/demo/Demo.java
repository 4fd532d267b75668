package io.pithead.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Starts the network, tells the story, and stays. */
@Command(
        name = "demo",
        description = "Runs a whole Pithead network on this machine: server, miner, and a buyer's jobs.",
        mixinStandardHelpOptions = true)
public final class Demo implements Callable<Integer> {
    private static final int EXIT_CANNOT_START = 2;
    private static final String DEPOSIT = "100";
    /** For the jobs, beside a container that runs until it is stopped. */
    private static final String SLOTS = "4";

    private static final Duration LOCK = Duration.ofSeconds(2);
    private static final Duration MATURE_LIMIT = Duration.ofSeconds(60);
    private static final Duration READY_LIMIT = Duration.ofMinutes(6);
    private static final long PAUSE_MILLIS = 200;
    private static final Pattern READY =
            Pattern.compile("^ready (\\S+) (\\S+) ca=(\\S+) data=.* boot_ms=(\\d+)$", Pattern.MULTILINE);
    private static final Pattern PROBLEM = Pattern.compile("^pithead: (.*)$", Pattern.MULTILINE);

    @Option(names = "--once", description = "ends after the results")
    private boolean once;

    @Option(names = "--home", paramLabel = "DIR", defaultValue = ".pithead", description = "default: .pithead")
    private Path home = Path.of(".pithead");

    @Option(names = "--http-port", paramLabel = "PORT", defaultValue = "8090", description = "default: 8090")
    private int httpPort;

    @Option(names = "--https-port", paramLabel = "PORT", defaultValue = "8443", description = "default: 8443")
    private int httpsPort;

    @Option(names = "--server-jar", paramLabel = "FILE", required = true, description = "pithead.jar")
    private Path serverJar = Path.of("");

    @Option(names = "--miner-jar", paramLabel = "FILE", required = true, description = "pithead-miner.jar")
    private Path minerJar = Path.of("");

    private final PrintStream out = System.out;
    private final Deque<Child> children = new ArrayDeque<>();
    private volatile boolean stopping;

    /** Picocli makes it. */
    public Demo() {}

    public static void main(String[] args) {
        System.exit(new CommandLine(new Demo()).execute(args));
    }

    @Override
    public Integer call() {
        Runtime.getRuntime().addShutdownHook(new Thread(this::stopOnSignal, "stop"));
        try {
            tell();
            return 0;
        } catch (DemoException | IOException e) {
            // a Ctrl-C reaches the children, too: what they then do not answer is no news
            if (!stopping) {
                System.err.println("demo: " + (e instanceof DemoException ? e.getMessage() : e));
            }
            return EXIT_CANNOT_START;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 1;
        } finally {
            stopAll();
        }
    }

    private void stopOnSignal() {
        stopping = true;
        stopAll();
    }

    /** Newest first: the miner before the server that it reports to. Whoever comes second waits for the first. */
    private synchronized void stopAll() {
        while (!children.isEmpty()) {
            Child child = children.pop();
            if (child.isAlive()) {
                out.println("stopping the " + child.name());
            }
            child.close();
        }
    }

    private synchronized Child started(Child child) {
        children.push(child);
        return child;
    }

    private void tell() throws IOException, InterruptedException, DemoException {
        out.println("Starting the server in " + home + " (its log: " + home.resolve("log/server.log") + ")");
        Matcher ready = startServer();
        URI https = URI.create(ready.group(2));
        Path certificate = Path.of(ready.group(3));
        out.println("  ready after " + Integer.parseInt(ready.group(4)) / 1000 + " s");

        String adminKey = Files.readString(home.resolve("admin.key")).strip();
        Rest admin = Rest.trusting(certificate, https, adminKey);
        Keyring keyring = new Keyring(admin, Files.createDirectories(home.resolve("demo")));
        Rest buyer = admin.as(keyring.key("buyer", "Demo buyer"));
        Rest provider = admin.as(keyring.key("miner", "Demo provider"));
        fund(admin, buyer);

        out.println("Starting a miner (its log: " + home.resolve("log/miner.log") + ")");
        Child miner = startMiner(https, certificate, keyring.file("miner"));

        out.println("Submitting jobs as a buyer");
        Jobs jobs = new Jobs(buyer, out);
        List<String> ids = jobs.submit();
        jobs.follow(ids, miner);
        Optional<String> obstacle = Engine.obstacle(home.resolve("demo"));
        if (obstacle.isPresent()) {
            out.println(obstacle.get());
        } else {
            out.println("Running containers");
            var tasks = new Tasks(admin.open(URI.create(ready.group(1))), buyer, out);
            String sample = tasks.sample(ready.group(1));
            ids = Stream.concat(ids.stream(), Stream.of(tasks.count())).toList();
            if (once) {
                tasks.stop(sample);
            }
        }
        out.println("Having a job judged, with a node among three that makes its output up");
        ids = Stream.concat(
                        ids.stream(),
                        Stream.of(judgedWork(admin, buyer, keyring).tell()))
                .toList();
        showResults(buyer, ids);
        miner = onChain(admin, buyer, provider, miner, https, certificate, keyring);
        awaitMature(provider);
        showWallets(buyer, provider);
        showAddresses(admin, ready.group(1), https, certificate);
        if (!once) {
            out.println("Up until Ctrl-C.");
            stay(miner);
        }
    }

    private JudgedWork judgedWork(Rest admin, Rest buyer, Keyring keyring)
            throws IOException, InterruptedException, DemoException {
        return new JudgedWork(
                buyer,
                cheater(admin, keyring),
                List.of(
                        admin.as(keyring.key("neighbour1", "miner", "Demo neighbour 1")),
                        admin.as(keyring.key("neighbour2", "miner", "Demo neighbour 2"))),
                out);
    }

    private static Rest cheater(Rest admin, Keyring keyring) throws IOException, InterruptedException, DemoException {
        return admin.as(keyring.key("cheater", "miner", "Demo cheater"));
    }

    /** @return the miner that works from now on */
    private Child onChain(
            Rest admin, Rest buyer, Rest provider, Child miner, URI https, Path certificate, Keyring keyring)
            throws IOException, InterruptedException, DemoException {
        Map<String, String> settings = minerSettings(
                https, certificate, keyring.file("miner"), home.resolve("miner").toAbsolutePath());
        var story = new ChainStory(admin, buyer, settings, List.of(java(), "-jar", minerJar.toString()), home, out);
        if (!story.open()) {
            out.println(
                    "No chain: npm ci in contracts/ brings one, and the next start shows stake, invites and claims.");
            return miner;
        }
        out.println("On the chain");
        Map<String, String> joining = story.join(https);
        miner.close();
        Child joined = started(Child.start(
                "miner",
                home.resolve("log"),
                joining,
                List.of(java(), "-jar", minerJar.toString(), "run", "--config", "/dev/null")));
        story.challenged();
        String cheater = cheated(story, admin, keyring, https, certificate);
        story.joined();
        awaitMature(provider);
        story.settle();
        story.challengedAgain();
        story.sanctioned(cheater);
        return joined;
    }

    /**
     * A node that made its answer up, for as long as it takes to find it. Another one each time: who was ejected stays out.
     *
     * @return its address
     */
    private String cheated(ChainStory story, Rest admin, Keyring keyring, URI https, Path certificate)
            throws IOException, InterruptedException, DemoException {
        Rest cheater = cheater(admin, keyring);
        String name = "cheater" + Instant.now().getEpochSecond();
        WalletKey node = story.another(
                name,
                minerSettings(
                        https,
                        certificate,
                        keyring.file("cheater"),
                        home.resolve("demo/" + name).toAbsolutePath()),
                https);
        try (var miner = new CheatingMiner(
                        cheater,
                        name,
                        Cheat.RANDOM_PRODUCT,
                        WorkCheat.NONE,
                        node,
                        new PrintStream(OutputStream.nullOutputStream()))
                .start()) {
            story.found(node.address().text());
        }
        return node.address().text();
    }

    private Matcher startServer() throws IOException, InterruptedException, DemoException {
        Child server = started(Child.start(
                "server",
                home.resolve("log"),
                Map.of(),
                List.of(
                        java(),
                        "-Dpithead.demo.open=true",
                        // small and often, so that the story has two of them
                        "-Dpithead.validator.work=PT0.1S",
                        "-Dpithead.validator.every=PT10S",
                        // a day by default, which nobody waits for here
                        "-Dpithead.ledger.lock=" + LOCK,
                        // it takes minutes
                        "-Dpithead.validator.memory-share-of-challenges=0",
                        "-Dpithead.discovery.audience=https://localhost:" + httpsPort,
                        "-Dpithead.demo.key.file="
                                + home.resolve("demo/buyer.key").toAbsolutePath(),
                        "-jar",
                        serverJar.toString(),
                        "--data",
                        home.toString(),
                        "--http-port",
                        Integer.toString(httpPort),
                        "--https-port",
                        Integer.toString(httpsPort))));
        Instant deadline = Instant.now().plus(READY_LIMIT);
        while (Instant.now().isBefore(deadline)) {
            boolean ended = !server.isAlive();
            Matcher ready = READY.matcher(server.output());
            if (ready.find()) {
                return ready;
            }
            if (ended) {
                throw new DemoException(whyEnded(server));
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
        throw new DemoException(
                "the server is not ready after " + READY_LIMIT.toMinutes() + " minutes: see " + server.log());
    }

    private static String whyEnded(Child server) throws IOException {
        List<String> problems = new ArrayList<>();
        Matcher problem = PROBLEM.matcher(server.output());
        while (problem.find()) {
            problems.add(problem.group(1));
        }
        return problems.isEmpty()
                ? "the server ended with " + server.exit() + ": see " + server.log()
                : String.join("; ", problems);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    private void fund(Rest admin, Rest buyer) throws IOException, InterruptedException, DemoException {
        BigDecimal balance =
                new BigDecimal(buyer.get("/v1/wallet/balance").path("balance").asText("0"));
        if (balance.compareTo(BigDecimal.TEN) < 0) {
            JsonNode deposit = buyer.post("/v1/wallet/deposits", Map.of("amount", DEPOSIT, "reference", "demo"));
            admin.post("/v1/admin/deposits/" + deposit.path("id").asText() + "/confirm", Map.of());
            out.println("  the buyer deposits " + DEPOSIT + ", the operator confirms it");
        }
    }

    private Child startMiner(URI https, Path certificate, Path keyFile) throws IOException {
        Path work = home.resolve("miner").toAbsolutePath();
        return started(Child.start(
                "miner",
                home.resolve("log"),
                minerSettings(https, certificate, keyFile, work),
                List.of(java(), "-jar", minerJar.toString(), "run", "--config", "/dev/null")));
    }

    private static Map<String, String> minerSettings(URI https, Path certificate, Path keyFile, Path work) {
        return Map.of(
                "COORD_URL", https.toString(),
                "CA_FILE", certificate.toString(),
                "API_KEY_FILE", keyFile.toAbsolutePath().toString(),
                "MINER_ID", "demo",
                "MAX_CONCURRENCY", SLOTS,
                "WORK_DIR", work.toString());
    }

    private void showResults(Rest buyer, List<String> ids) throws IOException, InterruptedException, DemoException {
        Path folder = Files.createDirectories(home.resolve("demo/receipts"));
        Path keys = home.resolve("demo/coordinator-keys.json");
        Files.write(keys, Json.write(buyer.get("/v1/keys")));
        boolean good = true;
        for (String id : ids) {
            JsonNode result = buyer.get("/v1/jobs/" + id + "/result");
            Path receipt = folder.resolve(id + ".json");
            Files.write(receipt, Json.write(buyer.get("/v1/jobs/" + id + "/receipt")));
            Child.Ended checked = Child.run(
                    Map.of(),
                    List.of(
                            java(),
                            "-jar",
                            minerJar.toString(),
                            "receipt",
                            "verify",
                            "--keys",
                            keys.toString(),
                            receipt.toString()));
            out.println("Job " + id);
            out.println("  result     " + oneLine(result.path("output")));
            out.println("  metrics    " + result.path("metrics"));
            out.println("  receipt    " + receipt);
            out.println("  signature  " + checked.output());
            good &= checked.exit() == 0;
        }
        if (!good) {
            throw new DemoException("a receipt's signature is not good");
        }
    }

    private static String oneLine(JsonNode output) {
        String text = output.isTextual() ? output.textValue() : output.toString();
        return text.strip().replaceAll("\\s*\\R\\s*", " | ");
    }

    /** Epochs pay what can be spent; what a receipt paid can be when its lock window is over. */
    private void awaitMature(Rest provider) throws IOException, InterruptedException, DemoException {
        long end = System.nanoTime() + MATURE_LIMIT.toNanos();
        while (new BigDecimal(provider.get("/v1/wallet/balance").path("pending").asText("0")).signum() > 0) {
            if (System.nanoTime() > end) {
                throw new DemoException("what the provider earned does not mature: see " + home.resolve("log"));
            }
            Thread.sleep(PAUSE_MILLIS);
        }
    }

    private void showWallets(Rest buyer, Rest provider) throws IOException, InterruptedException, DemoException {
        for (Map.Entry<String, Rest> wallet : List.of(Map.entry("provider", provider), Map.entry("buyer", buyer))) {
            JsonNode balance = wallet.getValue().get("/v1/wallet/balance");
            out.println("Wallet of the " + wallet.getKey() + ": "
                    + balance.path("balance").asText() + " "
                    + balance.path("unit").asText()
                    + (wallet.getValue() == provider ? ", pay is locked for " + LOCK.toSeconds() + " s here" : ""));
        }
    }

    private void showAddresses(Rest admin, String http, URI https, Path certificate)
            throws IOException, InterruptedException, DemoException {
        out.println("Look at");
        out.println("  " + http + new ConsoleLink(admin).path()
                + "   the console, as its administrator: good once, for 10 min");
        out.println("  " + http + "/openapi   the API    " + http + "/docs   a page of it");
        out.println("  " + http + "/metrics   " + http + "/health/ready");
        out.println("  " + https + "   with the certificate " + certificate);
        out.println(
                "  admin key: " + home.resolve("admin.key") + "   buyer's and miner's keys: " + home.resolve("demo"));
    }

    private static void stay(Child miner) throws InterruptedException, DemoException {
        CountDownLatch forever = new CountDownLatch(1);
        while (!forever.await(1, TimeUnit.SECONDS)) {
            if (!miner.isAlive()) {
                throw new DemoException("the miner ended: see " + miner.log());
            }
        }
    }
}
