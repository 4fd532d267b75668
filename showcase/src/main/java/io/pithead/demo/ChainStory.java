package io.pithead.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.keystore.KeyFile;
import io.pithead.protocol.keystore.KeyFileException;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The part of the story on a chain: a buyer's run with its escrow, a provider who registers and stakes, an invite, an epoch
 * and a claim. What an earlier start did is gone on with.
 */
final class ChainStory {
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration COMMAND = Duration.ofMinutes(4);
    private static final long PAUSE_MILLIS = 500;
    private static final int PASSWORD_BYTES = 24;
    private static final String RUN = "demo";
    private static final String BUDGET = "20";
    private static final String TOKENS = "1000";
    /** A thousand coins of 10^18, to pay for gas with; development chains give them to whoever asks. */
    private static final String COINS = "0x3635c9adc5dea00000";

    private final Rest admin;
    private final Rest buyer;
    private final Map<String, String> miner;
    private final List<String> minerCommand;
    private final Path home;
    private final PrintStream out;
    private final String owner;
    private long chain;
    private String node = "";

    /** @param miner the miner's settings; what the chain needs is added to them */
    ChainStory(
            Rest admin, Rest buyer, Map<String, String> miner, List<String> minerCommand, Path home, PrintStream out) {
        this(admin, buyer, miner, minerCommand, home, out, "provider");
    }

    private ChainStory(
            Rest admin,
            Rest buyer,
            Map<String, String> miner,
            List<String> minerCommand,
            Path home,
            PrintStream out,
            String owner) {
        this.admin = admin;
        this.buyer = buyer;
        this.miner = new HashMap<>(miner);
        this.minerCommand = minerCommand;
        this.home = home;
        this.out = out;
        this.owner = owner;
    }

    /** Registers and stakes for another owner's miner, as the first one did. @return the key of its node */
    WalletKey another(String owner, Map<String, String> miner, URI origin)
            throws IOException, InterruptedException, DemoException {
        var other = new ChainStory(admin, buyer, miner, minerCommand, home, out, owner);
        other.chain = chain;
        other.settings(origin, buyer.get(run()));
        other.register();
        try {
            return KeyFile.open(
                    other.walletFile(), Files.readString(other.password("node")).toCharArray());
        } catch (KeyFileException e) {
            throw new DemoException("its wallet: " + e);
        }
    }

    /** Whether there is a chain; waits until its contracts are there. */
    boolean open() throws IOException, InterruptedException, DemoException {
        if (!admin.get("/v1/chains").path("chains").isArray()
                || admin.get("/v1/chains").path("chains").isEmpty()) {
            return false;
        }
        await(
                "the contracts",
                () -> !admin.get("/v1/chains").at("/chains/0/contracts").isEmpty());
        chain = admin.get("/v1/chains").at("/chains/0/chain_id").asLong();
        return true;
    }

    /** @return the settings with which the miner works for the run */
    Map<String, String> join(URI origin) throws IOException, InterruptedException, DemoException {
        String run = run();
        JsonNode view = buyer.get(run);
        out.println("  run        " + view.path("id").asText() + " is number "
                + view.path("number").asText() + " of chain " + chain + ", " + BUDGET + " in its escrow");
        settings(origin, view);
        String stake = register();
        command("wallet", "payout", stake, "--yes");
        return Map.copyOf(miner);
    }

    /** @return the address of its stake */
    private String register() throws IOException, InterruptedException, DemoException {
        node = wallet().toLowerCase(Locale.ROOT);
        String stake = wallet("--stake").toLowerCase(Locale.ROOT);
        fund(stake);
        JsonNode registered = command("register", "--yes");
        String staked = registered.path("staked").asText();
        out.println(line(owner.replaceFirst("\\d+$", "")) + stake
                + (staked.startsWith("0.0") ? " is registered already" : " stakes " + staked + " tokens")
                + ", its node is " + node);
        if (!"GOOD".equals(registered.path("standing").asText())) {
            order("/providers/" + stake + "/whitelist");
        }
        return stake;
    }

    private static String line(String what) {
        return String.format(Locale.ROOT, "  %-11s", what);
    }

    /** Until the node has multiplied what the validator asked for. */
    void challenged() throws IOException, InterruptedException, DemoException {
        out.println("  challenge  " + described(attested(node, 1)));
    }

    /** Until that was asked again, as it is at any time. */
    void challengedAgain() throws IOException, InterruptedException, DemoException {
        out.println("  spot check " + described(attested(node, 2)));
    }

    /** Until it is known that a node cheats. */
    void found(String cheater) throws IOException, InterruptedException, DemoException {
        out.println("  a cheater  " + described(attested(cheater, 1)));
    }

    /** Until its stake is slashed and it is ejected. */
    void sanctioned(String cheater) throws IOException, InterruptedException, DemoException {
        String path = "/v1/sanctions?node=" + cheater;
        String[] shown = {""};
        await("the sanction of " + cheater, () -> {
            JsonNode sanction = admin.get(path).at("/items/0");
            if (sanction.hasNonNull("refusal") || sanction.hasNonNull("ejection_refusal")) {
                throw new DemoException("the sanction was refused: " + sanction);
            }
            String state = sanction.path("state").asText();
            boolean ejected = sanction.hasNonNull("ejected_at");
            String line = switch (state) {
                case "PROPOSED" ->
                    sanction.path("held").asText() + " tokens of its stake are held, to be appealed against until "
                            + sanction.path("appeal_until").asText();
                case "EXECUTED" -> sanction.path("held").asText() + " tokens of its stake are gone";
                default -> "";
            };
            String said = line.isEmpty() ? "" : (ejected ? "ejected, " : "") + line;
            if (!said.isEmpty() && !said.equals(shown[0])) {
                out.println("  sanction   " + said);
                shown[0] = said;
            }
            return ejected && "EXECUTED".equals(state);
        });
    }

    /** The newest of so many. */
    private JsonNode attested(String of, int words) throws IOException, InterruptedException, DemoException {
        String path = "/v1/attestations?node=" + of;
        await(
                "a validator's word for node " + of,
                () -> admin.get(path).path("items").size() >= words);
        return admin.get(path).at("/items/0");
    }

    private static String described(JsonNode word) {
        int size = word.path("size").asInt();
        String verdict =
                word.path("verdict").asText() + " " + word.path("reason").asText("");
        return size + " x " + size + " to multiply, " + word.path("rows").asInt() + " rows opened: " + verdict.strip()
                + ", says validator " + word.path("validator").asText();
    }

    /** Until the node has been invited, has answered, and is in the run. */
    void joined() throws IOException, InterruptedException, DemoException {
        String nodes = run() + "/nodes";
        String[] shown = {""};
        await("the node to be in the run", () -> {
            JsonNode node = buyer.get(nodes).at("/items/0");
            String line =
                    node.path("state").asText() + "  " + node.path("reason").asText();
            if (!node.isMissingNode() && !line.equals(shown[0])) {
                out.println("  node       " + line);
                shown[0] = line;
            }
            return "HEALTHY".equals(node.path("state").asText());
        });
    }

    /** Closes an epoch, waits until its root may be claimed under, and claims. */
    void settle() throws IOException, InterruptedException, DemoException {
        admin.post("/v1/admin/settlement/close", Map.of());
        String[] shown = {""};
        await("the root to be active", () -> {
            JsonNode epoch = admin.get("/v1/epochs").at("/items/0");
            String state = epoch.path("state").asText();
            if (!state.equals(shown[0])) {
                out.println("  epoch      " + epoch.path("epoch").asText() + " " + state.toLowerCase(Locale.ROOT));
                shown[0] = state;
            }
            return "ACTIVE".equals(state);
        });
        JsonNode claimed = command("claim", "--yes");
        out.println("  claim      " + claimed.path("account").asText() + " has claimed "
                + claimed.path("claimed").asText() + " tokens on the chain");
        JsonNode books = admin.get("/v1/admin/settlement/reconcile");
        if (!books.path("differences").isEmpty()) {
            throw new DemoException("ledger and chain differ: " + books.path("differences"));
        }
        out.println("  reconcile  ledger and chain agree");
    }

    /** The buyer's run that is open, or a new one. */
    private String run() throws IOException, InterruptedException, DemoException {
        for (JsonNode one : buyer.get("/v1/runs?limit=200").path("items")) {
            if (RUN.equals(one.path("name").asText())
                    && !"ENDED".equals(one.path("state").asText())) {
                return opened("/v1/runs/" + one.path("id").asText());
            }
        }
        // what buyers pay outside, the operator holds as tokens
        order(
                "/tokens",
                Map.of("to", admin.get("/v1/chains").at("/chains/0/operator").asText(), "amount", TOKENS));
        JsonNode made = buyer.post(
                "/v1/runs",
                Map.of(
                        "name",
                        RUN,
                        "chain",
                        chain,
                        "requirements",
                        "cpu:cores=1",
                        "max_nodes",
                        10,
                        "max_units",
                        1_000_000,
                        "ends_at",
                        Instant.now().plus(30, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS),
                        "budget",
                        BUDGET));
        return opened("/v1/runs/" + made.path("id").asText());
    }

    private String opened(String run) throws IOException, InterruptedException, DemoException {
        await("the run to be on the chain", () -> !"CREATING".equals(state(run)));
        if ("PENDING".equals(state(run))) {
            buyer.post(run + "/start", Map.of());
            await("the run to be open", () -> "OPEN".equals(state(run)));
        }
        return run;
    }

    private String state(String run) throws IOException, InterruptedException, DemoException {
        return buyer.get(run).path("state").asText();
    }

    private void settings(URI origin, JsonNode run) throws IOException {
        miner.put("WALLET_PASSWORD_FILE", password("node").toString());
        miner.put("STAKE_PASSWORD_FILE", password("stake").toString());
        miner.put(
                "STAKE_WALLET_FILE",
                home.resolve("demo/" + of("stake") + ".json").toAbsolutePath().toString());
        miner.put("CHAIN_RPC", node().toString());
        miner.put("DISCOVERY_URL", origin.toString());
        miner.put("DISCOVERY_RUN", chain + "/" + run.path("number").asLong());
        miner.put("ENDPOINT", "203.0.113.7:8091");
    }

    private Path password(String whose) throws IOException {
        Path file = home.resolve("demo/" + of(whose) + ".password").toAbsolutePath();
        if (!Files.exists(file)) {
            byte[] random = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(random);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, Base64.getUrlEncoder().encodeToString(random));
        }
        return file;
    }

    /** A file's name: the provider's is the plain one. */
    private String of(String what) {
        return "provider".equals(owner) ? what : owner + "-" + what;
    }

    private Path walletFile() {
        return Path.of(miner.getOrDefault("WORK_DIR", "")).resolve("wallet.json");
    }

    /** The address of the key, which is made when there is none. */
    private String wallet(String... which) throws IOException, InterruptedException, DemoException {
        Path file = which.length == 0 ? walletFile() : Path.of(miner.getOrDefault("STAKE_WALLET_FILE", ""));
        var words = new ArrayList<>(List.of("wallet", Files.exists(file) ? "show" : "create"));
        words.addAll(List.of(which));
        return command(words.toArray(String[]::new)).path("address").asText();
    }

    private void fund(String stake) throws IOException, InterruptedException, DemoException {
        Path done = home.resolve("demo/" + stake + ".funded");
        if (Files.exists(done)) {
            return;
        }
        coins(stake);
        order("/tokens", Map.of("to", stake, "amount", TOKENS));
        Files.createFile(done);
        out.println("  operator   gives " + stake + " " + TOKENS + " tokens to stake");
    }

    private JsonNode command(String... words) throws IOException, InterruptedException, DemoException {
        var line = new ArrayList<>(minerCommand);
        line.addAll(List.of(words));
        line.addAll(List.of("--config", "/dev/null", "--json"));
        Child.Ended ended = Child.run(COMMAND, miner, line);
        if (ended.exit() != 0) {
            throw new DemoException(String.join(" ", words) + ": " + ended.output());
        }
        return tree(ended.output().substring(Math.max(0, ended.output().indexOf('{'))));
    }

    private void order(String path) throws IOException, InterruptedException, DemoException {
        order(path, Map.of());
        String[] words = path.split("/", -1);
        out.println("  operator   " + words[3] + "s " + words[2]);
    }

    private void order(String path, Map<String, ?> body) throws IOException, InterruptedException, DemoException {
        String all = "/v1/admin/chain/" + chain;
        String id = admin.post(all + path, body).path("id").asText();
        await(path, () -> {
            JsonNode order = admin.get(all + "/transactions/" + id);
            if (order.hasNonNull("error")) {
                throw new DemoException(path + ": " + order.path("error").asText());
            }
            return "DONE".equals(order.path("state").asText());
        });
    }

    private URI node() throws IOException {
        return URI.create(own(Files.readString(home.resolve("chain/chains.json")))
                .at("/chains/0/rpc/0")
                .asText());
    }

    private static JsonNode own(String json) throws IOException {
        try {
            return Json.tree(json.getBytes(StandardCharsets.UTF_8));
        } catch (InvalidPayloadException e) {
            throw new IOException(e);
        }
    }

    private static JsonNode tree(String json) throws DemoException {
        try {
            return own(json);
        } catch (IOException e) {
            throw new DemoException("no JSON: " + json);
        }
    }

    private void coins(String address) throws IOException, InterruptedException {
        byte[] body = Json.write(
                Map.of("jsonrpc", "2.0", "id", 1, "method", "anvil_setBalance", "params", List.of(address, COINS)));
        try (HttpClient client = HttpClient.newHttpClient()) {
            client.send(
                    HttpRequest.newBuilder(node())
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                            .build(),
                    HttpResponse.BodyHandlers.discarding());
        }
    }

    @FunctionalInterface
    private interface Condition {
        boolean holds() throws IOException, InterruptedException, DemoException;
    }

    private static void await(String what, Condition condition)
            throws IOException, InterruptedException, DemoException {
        Instant deadline = Instant.now().plus(LIMIT);
        while (!condition.holds()) {
            if (Instant.now().isAfter(deadline)) {
                throw new DemoException(what + ": not within " + LIMIT.toMinutes() + " minutes");
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }
}
