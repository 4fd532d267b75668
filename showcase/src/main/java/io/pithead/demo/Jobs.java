package io.pithead.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What the buyer does: submits jobs and follows them to their end. */
final class Jobs {
    private static final Duration LIMIT = Duration.ofMinutes(15);
    private static final long PAUSE_MILLIS = 500;
    private static final Set<String> ENDED = Set.of("COMPLETED", "FAILED", "CANCELED", "EXPIRED");

    private final Rest buyer;
    private final PrintStream out;

    Jobs(Rest buyer, PrintStream out) {
        this.buyer = buyer;
        this.out = out;
    }

    /** @return the jobs' ids */
    List<String> submit() throws IOException, InterruptedException, DemoException {
        List<Map<String, Object>> requests = List.of(
                Map.of("workload", "sha256_chain", "params", Map.of("seed", "pithead", "length", 2_000_000)),
                Map.of("workload", "torch_bench", "params", Map.of("size", 1024, "count", 100)),
                Map.of("workload", "torch_bench", "params", Map.of("size", 512, "count", 200)));
        List<String> ids = new ArrayList<>();
        for (Map<String, Object> request : requests) {
            JsonNode job = buyer.post("/v1/jobs", request);
            ids.add(job.path("id").asText());
            out.println("  submitted  " + job.path("id").asText() + "  " + request.get("workload") + " "
                    + request.get("params"));
        }
        return ids;
    }

    /** Prints each change until every job has ended. */
    void follow(List<String> ids, Child miner) throws IOException, InterruptedException, DemoException {
        Instant deadline = Instant.now().plus(LIMIT);
        Map<String, String> shown = new LinkedHashMap<>();
        int open = ids.size();
        while (open > 0) {
            open = 0;
            for (String id : ids) {
                JsonNode job = buyer.get("/v1/jobs/" + id);
                String line = describe(job);
                if (!line.equals(shown.put(id, line))) {
                    out.println("  " + line);
                }
                open += ENDED.contains(job.path("state").asText()) ? 0 : 1;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new DemoException("the jobs did not end within " + LIMIT.toMinutes() + " minutes: "
                        + buyer.get("/v1/jobs/" + ids.get(0) + "/explain"));
            }
            if (open > 0 && !miner.isAlive()) {
                throw new DemoException("the miner ended: see " + miner.log());
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private static String describe(JsonNode job) {
        String line = String.format(
                "%-9s  %s  %s",
                job.path("state").asText().toLowerCase(java.util.Locale.ROOT),
                job.path("id").asText(),
                job.path("workload").asText());
        if (job.path("percent").isNumber()) {
            line += "  " + job.path("percent").asInt() + " %";
        }
        if (job.path("error").isObject()) {
            line += "  " + job.path("error").path("message").asText();
        }
        return line;
    }
}
