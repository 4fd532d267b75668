package io.pithead.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Json;
import io.pithead.protocol.receipt.PublicKeys;
import io.pithead.protocol.receipt.Receipts;
import io.pithead.protocol.signing.Digests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/** The shortest whole story: an operator, a buyer with money, a miner, one job, its proof, its receipt, and the pay. */
final class SmokeStory {
    private static final String PRICE = "2.5";
    private static final String DEPOSIT = "100";
    private static final Duration SOON = Duration.ofSeconds(30);
    private static final int CROWD = 64;

    private final Api admin;
    private final Api buyer;
    private final Api miner;

    private SmokeStory(Api admin, Api buyer, Api miner) {
        this.admin = admin;
        this.buyer = buyer;
        this.miner = miner;
    }

    /** Makes the accounts. {@code data} is where the server writes the first admin key. */
    static SmokeStory begin(Api open, Path data) {
        Api admin = open.withKey(firstKey(data));
        return new SmokeStory(
                admin, open.withKey(issue(admin, "buyer", "buyer")), open.withKey(issue(admin, "provider", "miner")));
    }

    private static String firstKey(Path data) {
        try {
            return Files.readString(data.resolve("admin.key")).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String issue(Api admin, String account, String scope) {
        String id = admin.post("/v1/admin/accounts", Map.of("name", account))
                .expect(201)
                .body()
                .get("id")
                .asText();
        return admin.post("/v1/admin/keys", Map.of("account", id, "scope", scope))
                .expect(201)
                .body()
                .get("key")
                .asText();
    }

    SmokeStory deposit() {
        String id = buyer.post("/v1/wallet/deposits", Map.of("amount", DEPOSIT))
                .expect(201)
                .body()
                .get("id")
                .asText();
        admin.post("/v1/admin/deposits/" + id + "/confirm", Map.of()).expect(200);
        return this;
    }

    SmokeStory register(String id) {
        miner.post(
                        "/v1/miner/register",
                        Map.of(
                                "miner_id",
                                id,
                                "mode",
                                "cpu",
                                "gpu",
                                false,
                                "concurrency",
                                1,
                                "renews",
                                true,
                                "workloads",
                                List.of("echo"),
                                "limits",
                                Map.of("ram_mb", 1024)))
                .expect(201);
        return this;
    }

    String submit() {
        return buyer.post("/v1/jobs", Map.of("workload", "echo", "params", Map.of("text", "hello"), "price", PRICE))
                .expect(201)
                .body()
                .get("id")
                .asText();
    }

    /** Polls until the job comes. */
    JsonNode next(String id) {
        JsonNode[] offer = new JsonNode[1];
        Await.until("a job for " + id, SOON, () -> {
            Api.Answer answer = miner.get("/v1/miner/next?miner=" + id + "&slots=1&wait=5");
            if (answer.status() == 204) {
                return false;
            }
            offer[0] = answer.expect(200).body();
            return true;
        });
        return offer[0];
    }

    /** @return the receipt */
    JsonNode prove(JsonNode offer) {
        String output = "hello";
        return miner.post(
                        "/v1/miner/proof",
                        Map.of(
                                "id", offer.get("id").asText(),
                                "mode", "cpu",
                                "lease", offer.get("lease").asLong(),
                                "output", output,
                                "output_sha", Digests.sha256Hex(output.getBytes(StandardCharsets.UTF_8)),
                                "metrics", Map.of("seconds", 1)))
                .expect(201)
                .body()
                .get("receipt");
    }

    /** The whole of it, with what must be true at the end. */
    void tell(String minerId) {
        BigDecimal before = earned(miner);
        String job = submit();
        JsonNode offer = next(minerId);
        assertThat(offer.get("id").asText()).isEqualTo(job);
        JsonNode receipt = prove(offer);
        assertThat(receipt.get("job_id").asText()).isEqualTo(job);
        PublicKeys keys = Json.own(admin.get("/v1/keys").expect(200).text(), PublicKeys.class);
        assertThat(Receipts.problems(receipt, keys)).isEmpty();
        assertThat(buyer.get("/v1/jobs/" + job).expect(200).body().get("state").asText())
                .isEqualTo("COMPLETED");
        assertThat(buyer.get("/v1/jobs/" + job + "/receipt").expect(200).body()).isEqualTo(receipt);
        BigDecimal after = before.add(new BigDecimal(PRICE));
        assertThat(earned(miner)).isEqualByComparingTo(after);
        Await.until("the pay to mature", SOON, () -> balance(miner).compareTo(after) == 0);
    }

    /** So many at once that the server uses all connections it may have. */
    void crowd() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, CROWD)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> balance(buyer), threads))
                    .toList()
                    .forEach(CompletableFuture::join);
        }
    }

    private static BigDecimal balance(Api api) {
        return new BigDecimal(
                api.get("/v1/wallet/balance").expect(200).body().get("balance").asText());
    }

    /** Locked or not. */
    private static BigDecimal earned(Api api) {
        JsonNode wallet = api.get("/v1/wallet/balance").expect(200).body();
        return new BigDecimal(wallet.get("balance").asText())
                .add(new BigDecimal(wallet.get("pending").asText()));
    }

    /** The same people, on another address of the same network. */
    SmokeStory on(Api other) {
        return new SmokeStory(other.as(admin), other.as(buyer), other.as(miner));
    }
}
