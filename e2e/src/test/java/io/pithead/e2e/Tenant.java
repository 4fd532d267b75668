package io.pithead.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.signing.Digests;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** One account with a key to buy and a key to mine. */
record Tenant(String account, Api buyer, Api miner) {
    static final String OUTPUT = "hello";
    static final String OUTPUT_SHA = Digests.sha256Hex(OUTPUT.getBytes(StandardCharsets.UTF_8));
    private static final Duration SOON = Duration.ofSeconds(60);

    /** The same account at another instance. */
    Tenant at(URI origin) {
        Api other = Api.open(origin);
        return new Tenant(account, other.as(buyer), other.as(miner));
    }

    Tenant deposit(String amount) {
        buyer.post("/v1/wallet/deposits", Map.of("amount", amount)).expect(201);
        return this;
    }

    /** A miner that runs one workload, which only this test buys: the tests share one market. */
    Tenant register(String minerId, String workload, int concurrency, boolean renews) {
        miner.post(
                "/v1/miner/register",
                Map.of(
                        "miner_id",
                        minerId,
                        "mode",
                        "cpu",
                        "gpu",
                        false,
                        "concurrency",
                        concurrency,
                        "renews",
                        renews,
                        "workloads",
                        List.of(workload),
                        "limits",
                        Map.of("ram_mb", 1024)));
        return this;
    }

    String submit(String workload) {
        return submit(workload, Map.of());
    }

    String submit(String workload, Map<String, ?> more) {
        var request = new HashMap<String, Object>(Map.of("price", "2.5", "params", Map.of("text", OUTPUT)));
        request.put("workload", workload);
        request.putAll(more);
        return buyer.post("/v1/jobs", request).expect(201).body().get("id").asText();
    }

    /** Polls until a job comes. */
    JsonNode next(String minerId) {
        JsonNode[] offer = new JsonNode[1];
        Await.until("a job for " + minerId, SOON, () -> {
            Api.Answer answer = miner.get("/v1/miner/next?miner=" + minerId + "&slots=1&wait=5");
            if (answer.status() == 204) {
                return false;
            }
            offer[0] = answer.expect(200).body();
            return true;
        });
        return offer[0];
    }

    /** What an honest miner posts. */
    static Map<String, Object> proof(String job, long lease) {
        return new HashMap<>(Map.of(
                "id", job,
                "mode", "cpu",
                "lease", lease,
                "output", OUTPUT,
                "output_sha", OUTPUT_SHA,
                "metrics", Map.of("seconds", 1)));
    }

    static Map<String, Object> failure(String job, long lease, boolean retryable) {
        return new HashMap<>(Map.of("id", job, "lease", lease, "code", "BROKEN", "retryable", retryable));
    }

    Api.Answer prove(JsonNode offer) {
        return miner.post(
                "/v1/miner/proof",
                proof(offer.get("id").asText(), offer.get("lease").asLong()));
    }

    String state(String job) {
        return buyer.get("/v1/jobs/" + job).expect(200).body().get("state").asText();
    }

    BigDecimal balance() {
        return new BigDecimal(buyer.get("/v1/wallet/balance")
                .expect(200)
                .body()
                .get("balance")
                .asText());
    }

    /** All that another could have changed: money, jobs with their histories, files. */
    List<JsonNode> picture() {
        var picture = new ArrayList<JsonNode>();
        picture.add(buyer.get("/v1/wallet/balance").expect(200).body());
        picture.add(buyer.get("/v1/wallet/entries?limit=200").expect(200).body());
        JsonNode jobs = buyer.get("/v1/jobs?limit=200").expect(200).body();
        picture.add(jobs);
        for (JsonNode job : jobs.get("items")) {
            picture.add(buyer.get("/v1/jobs/" + job.get("id").asText() + "/history")
                    .expect(200)
                    .body());
        }
        return picture;
    }
}
