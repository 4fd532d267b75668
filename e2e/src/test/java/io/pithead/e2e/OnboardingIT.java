package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import io.pithead.testing.FreePorts;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * From an empty folder to money in a wallet: a run with escrow, a provider that registers on the chain and with the registry, a challenge
 * that its node answers and is approved for, an invite, work, an epoch, a claim, and the stake back. Every part is a real process.
 */
class OnboardingIT {
    private static final Duration SOON = Duration.ofSeconds(180);
    private static final Duration COMMAND = Duration.ofSeconds(120);
    /** Of every delay that the contracts of a development chain have. */
    private static final Duration WINDOW = Duration.ofMinutes(1);

    private static final String PRICE = "2.5";
    private static final BigInteger PRICE_MINOR = new BigInteger("2500000");
    private static final String PASSWORD = "correct horse battery staple";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path temp;

    private final Map<String, String> provider = new HashMap<>();
    private @Nullable PitheadProcess started;

    private JsonNode miner(String... command) throws IOException {
        var line = new ArrayList<>(
                List.of(Server.java(), "-jar", Server.file("pithead.miner").toString()));
        line.addAll(List.of(command));
        line.addAll(List.of("--config", "/dev/null", "--json"));
        String said = Server.run("onboarding-" + command[0], COMMAND, provider, line);
        return Json.own(said.substring(said.indexOf('{')), JsonNode.class);
    }

    private Path secret(String name, String text) throws IOException {
        Path file = Files.createFile(
                temp.resolve(name), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    /** Orders it and waits until it is final. */
    private PitheadProcess pithead() {
        return java.util.Objects.requireNonNull(started);
    }

    private Operator operator() {
        return Operator.of(Api.open(pithead().http()), pithead().data());
    }

    private Evm evm() {
        return Evm.of(pithead().data());
    }

    private void order(String path, Map<String, ?> body) {
        String id = operator()
                .api()
                .post("/v1/admin/chain/" + Evm.CHAIN + path, body)
                .expect(202)
                .body()
                .get("id")
                .asText();
        Await.until(path, SOON, () -> {
            JsonNode order = operator()
                    .api()
                    .get("/v1/admin/chain/" + Evm.CHAIN + "/transactions/" + id)
                    .expect(200)
                    .body();
            assertThat(order.path("error").asText("")).isEmpty();
            return order.get("state").asText().equals("DONE");
        });
    }

    private boolean epochIs(String state) {
        JsonNode items =
                Api.open(pithead().http()).get("/v1/epochs").expect(200).body().get("items");
        return !items.isEmpty() && items.get(0).get("state").asText().equals(state);
    }

    private static void awaitState(Api api, String path, String state) {
        Await.until(
                path + " to be " + state,
                SOON,
                () -> api.get(path).expect(200).body().get("state").asText().equals(state));
    }

    private void start() {
        int port = FreePorts.one();
        started = PitheadProcess.start(
                temp.resolve("data"),
                Evm.setting(),
                "pithead.http.port=" + port,
                "pithead.ledger.lock=PT3S",
                "pithead.discovery.audience=http://127.0.0.1:" + port);
        pithead()
                .server()
                .await(
                        "the contracts",
                        SOON,
                        () -> !Api.open(pithead().http())
                                .get("/v1/chains")
                                .expect(200)
                                .body()
                                .at("/chains/0/contracts")
                                .isEmpty());
    }

    @Test
    void a_provider_comes_in_works_for_a_run_is_paid_on_the_chain_and_goes() throws Exception {
        start();
        try {
            tell();
        } finally {
            pithead().close();
        }
    }

    private void tell() throws Exception {
        String buying = operator().account("buyer");
        Api buyer = operator().client(buying, "buyer");
        Api owner = operator().client(operator().account("provider"), "miner");

        // the buyer's run with its escrow
        String deposit = buyer.post("/v1/wallet/deposits", Map.of("amount", "100"))
                .expect(201)
                .body()
                .get("id")
                .asText();
        operator()
                .api()
                .post("/v1/admin/deposits/" + deposit + "/confirm", Map.of())
                .expect(200);
        // what buyers pay outside, the operator holds as tokens
        String treasury = Api.open(pithead().http())
                .get("/v1/chains")
                .expect(200)
                .body()
                .at("/chains/0/operator")
                .asText();
        order("/tokens", Map.of("to", treasury, "amount", "1000"));
        JsonNode created = buyer.post(
                        "/v1/runs",
                        Map.of(
                                "name",
                                "story",
                                "chain",
                                Evm.CHAIN,
                                "requirements",
                                "cpu:cores=1",
                                "max_nodes",
                                10,
                                "max_units",
                                1_000_000,
                                "ends_at",
                                Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS),
                                "budget",
                                "40"))
                .expect(201)
                .body();
        String run = "/v1/runs/" + created.get("id").asText();
        awaitState(buyer, run, "PENDING");
        buyer.post(run + "/start", Map.of()).expect(200);
        awaitState(buyer, run, "OPEN");
        Await.until(
                "the escrow",
                SOON,
                () -> evm().tokens(evm().contract("RunEscrow")).equals(new BigInteger("40000000")));
        Await.until(
                "the budget to be spendable",
                SOON,
                () -> new BigDecimal(buyer.get("/v1/wallet/balance")
                                        .expect(200)
                                        .body()
                                        .get("balance")
                                        .asText())
                                .compareTo(BigDecimal.valueOf(100))
                        == 0);
        long number = buyer.get(run).expect(200).body().get("number").asLong();

        // the provider's keys: the stake's is another than the node's
        provider.putAll(Map.of(
                "COORD_URL", pithead().http().toString(),
                "API_KEY", owner.key(),
                "MINER_ID", "story",
                "WORK_DIR", Files.createDirectories(temp.resolve("miner")).toString(),
                "WALLET_PASSWORD_FILE", secret("node.password", PASSWORD).toString(),
                "STAKE_WALLET_FILE", temp.resolve("stake.json").toString(),
                "STAKE_PASSWORD_FILE", secret("stake.password", PASSWORD).toString(),
                "CHAIN_RPC", evm().url().toString(),
                "WORKLOADS", "sha256_chain"));
        String node = miner("wallet", "create").get("address").asText().toLowerCase(java.util.Locale.ROOT);
        String stake =
                miner("wallet", "create", "--stake").get("address").asText().toLowerCase(java.util.Locale.ROOT);
        assertThat(node).isNotEqualTo(stake);
        evm().fund(stake);
        order("/tokens", Map.of("to", stake, "amount", "1000"));

        miner("register", "--yes");
        assertThat(evm().tokens(evm().contract("ProviderRegistry"))).isPositive();
        order("/providers/" + stake + "/whitelist", Map.of());
        miner("wallet", "payout", stake, "--yes");

        // work for the run waits for its nodes
        Map<String, Object> work = Map.of(
                "workload",
                "sha256_chain",
                "price",
                PRICE,
                "run",
                created.get("id").asText(),
                "params",
                Map.of("seed", "00", "length", 10));
        String job = buyer.post("/v1/jobs", work).expect(201).body().get("id").asText();
        JsonNode standing =
                buyer.get("/v1/jobs/" + job + "/explain").expect(200).body().get("run");
        assertThat(standing.get("state").asText()).isEqualTo("OPEN");
        assertThat(standing.get("healthy").asLong()).isZero();
        Api stranger = operator().client(operator().account("stranger"), "buyer");
        Refused.naming(stranger.post("/v1/jobs", work), "/run");

        // the node announces itself, is invited, and joins
        provider.put("DISCOVERY_URL", pithead().http().toString());
        provider.put("DISCOVERY_RUN", Evm.CHAIN + "/" + number);
        provider.put("ENDPOINT", "203.0.113.7:8091");
        Server agent = Server.start(
                "onboarding-miner",
                provider,
                List.of(
                        Server.java(),
                        "-jar",
                        Server.file("pithead.miner").toString(),
                        "run",
                        "--config",
                        "/dev/null"));
        try {
            Api anybody = Api.open(pithead().http());
            agent.await(
                    "to have multiplied what a validator asked for",
                    SOON,
                    () -> anybody.get("/v1/attestations?node=" + node)
                            .expect(200)
                            .body()
                            .at("/items/0/verdict")
                            .asText("")
                            .equals("VALID"));
            agent.await("to be a healthy node of the run", SOON, () -> {
                JsonNode nodes = buyer.get(run + "/nodes").expect(200).body().get("items");
                return nodes.size() == 1
                        && nodes.get(0).get("address").asText().equals(node)
                        && nodes.get(0).get("state").asText().equals("HEALTHY");
            });
            agent.await(
                    "to do the job",
                    SOON,
                    () -> buyer.get("/v1/jobs/" + job)
                            .expect(200)
                            .body()
                            .get("state")
                            .asText()
                            .equals("COMPLETED"));
        } finally {
            agent.stop();
        }

        // what was earned matures, is paid by a root, and claimed
        Await.until(
                "the pay to mature",
                SOON,
                () -> new BigDecimal(Api.open(pithead().http())
                                        .withKey(owner.key())
                                        .get("/v1/wallet/balance")
                                        .expect(200)
                                        .body()
                                        .get("balance")
                                        .asText())
                                .compareTo(new BigDecimal(PRICE))
                        == 0);
        operator().api().post("/v1/admin/settlement/close", Map.of()).expect(202);
        Await.until("the root to be posted", SOON, () -> epochIs("PENDING") || epochIs("ACTIVE"));
        evm().pass(WINDOW);
        Await.until("the root to be active", SOON, () -> epochIs("ACTIVE"));
        BigInteger before = evm().tokens(stake);
        miner("claim", "--yes");
        assertThat(evm().tokens(stake)).isEqualTo(before.add(PRICE_MINOR));
        JsonNode books = operator()
                .api()
                .get("/v1/admin/settlement/reconcile")
                .expect(200)
                .body();
        assertThat(books.get("differences")).isEmpty();

        // and the stake comes back
        miner("deregister", "--yes");
        evm().pass(WINDOW);
        Await.until("the stake to be free", SOON, () -> {
            miner("unstake", "--withdraw", "--yes");
            return evm().tokens(evm().contract("ProviderRegistry")).signum() == 0;
        });
        assertThat(evm().tokens(stake)).isEqualTo(new BigInteger("1002500000"));
    }
}
