package io.pithead.demo;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A job whose proofs are judged before they are paid: three providers do it, and one of them makes its output up. They stand in a region
 * of their own and are all CPU nodes, so that they are compared on whatever machine this is.
 */
final class JudgedWork {
    private static final Duration LIMIT = Duration.ofMinutes(2);
    private static final long PAUSE_MILLIS = 200;
    private static final String REGION = "showcase";
    private static final BigDecimal PRICE = new BigDecimal("0.5");
    private static final int REPLICAS = 3;
    private static final int QUORUM = 2;
    /** Who lies at once has its turn while the others still work. */
    private static final int LENGTH = 2_000_000;
    /** Two that agree are enough: who comes later than they is not asked. */
    private static final int MAX_JOBS = 3;

    private static final int SHOWN_DIGITS = 12;

    private final Rest buyer;
    private final Rest cheater;
    private final List<Rest> honest;
    private final PrintStream out;

    /** @param honest the keys of two other providers */
    JudgedWork(Rest buyer, Rest cheater, List<Rest> honest, PrintStream out) {
        this.buyer = buyer;
        this.cheater = cheater;
        this.honest = List.copyOf(honest);
        this.out = out;
    }

    /** @return the job, which is completed by who worked and is not paid to who did not */
    String tell() throws IOException, InterruptedException, DemoException {
        var miners = new ArrayList<CheatingMiner>();
        try {
            for (int i = 0; i < honest.size(); i++) {
                miners.add(started(honest.get(i), "neighbour" + i, WorkCheat.NONE));
            }
            miners.add(started(cheater, "liar", WorkCheat.WRONG));
            for (int i = 0; i < MAX_JOBS; i++) {
                BigDecimal before = earned(honest);
                JsonNode judged = judged(submitted());
                if (judged.path("items").findValuesAsText("verdict").contains("DISSENTED")) {
                    show(judged);
                    requireUnpaid(judged, earned(honest).subtract(before));
                    return judged.path("id").asText();
                }
            }
            throw new DemoException("none of " + MAX_JOBS + " judged jobs shows the output that was made up");
        } finally {
            miners.forEach(CheatingMiner::close);
        }
    }

    /** Another node each time: the one before is a node that was lost. */
    private static CheatingMiner started(Rest provider, String name, WorkCheat work)
            throws IOException, InterruptedException, DemoException {
        return new CheatingMiner(
                        provider,
                        name + Instant.now().getEpochSecond(),
                        Cheat.NONE,
                        work,
                        WalletKey.generate(new SecureRandom()),
                        new PrintStream(OutputStream.nullOutputStream()))
                .in(REGION)
                .start();
    }

    private String submitted() throws IOException, InterruptedException, DemoException {
        Map<String, Object> verification =
                Map.of("mode", "replicate", "replicas", REPLICAS, "quorum", QUORUM, "max_replicas", REPLICAS);
        String id = buyer.post(
                        "/v1/jobs",
                        Map.of(
                                "workload",
                                LyingWorker.WORKLOAD,
                                "params",
                                Map.of("seed", "judged", "length", LENGTH),
                                "constraints",
                                Map.of("region", REGION),
                                "price",
                                PRICE.toPlainString(),
                                "verification",
                                verification))
                .path("id")
                .asText();
        out.println("  submitted  " + id + "  " + LyingWorker.WORKLOAD + " to " + REPLICAS + " providers at " + PRICE
                + ", of whom " + QUORUM + " have to agree");
        return id;
    }

    /** As REST has it once the verdict stands. */
    private JsonNode judged(String id) throws IOException, InterruptedException, DemoException {
        Instant deadline = Instant.now().plus(LIMIT);
        while (true) {
            JsonNode view = buyer.get("/v1/jobs/" + id + "/verification");
            if (view.hasNonNull("verdict")) {
                return view;
            }
            if (Instant.now().isAfter(deadline)) {
                throw new DemoException("the job is not judged after " + LIMIT.toMinutes() + " minutes: " + view);
            }
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        }
    }

    private void show(JsonNode judged) throws IOException, InterruptedException, DemoException {
        String path = "/v1/jobs/" + judged.path("id").asText() + "/verification";
        out.println("  GET " + path + "  " + judged.path("state").asText() + " "
                + judged.path("verdict").asText());
        for (JsonNode replica : judged.path("items")) {
            String digest = replica.path("output_sha").asText();
            out.println("  replica " + replica.path("number").asText() + "  "
                    + digest.substring(0, Math.min(SHOWN_DIGITS, digest.length())) + "  "
                    + replica.path("verdict").asText());
        }
        out.println(
                "  the wallet of who made its output up: " + earned(List.of(cheater)) + ", nothing is paid or pending");
    }

    /** @param earned by the others, with this job */
    private void requireUnpaid(JsonNode judged, BigDecimal earned)
            throws IOException, InterruptedException, DemoException {
        String id = judged.path("id").asText();
        String output = buyer.get("/v1/jobs/" + id + "/result").path("output").asText();
        String digest = Digests.sha256Hex(output.getBytes(StandardCharsets.UTF_8));
        int paid = 0;
        for (JsonNode replica : judged.path("items")) {
            boolean right = digest.equals(replica.path("output_sha").asText());
            if (right != "PAID".equals(replica.path("verdict").asText())) {
                throw new DemoException("the job was judged wrongly: " + judged);
            }
            paid += right ? 1 : 0;
        }
        if (paid != QUORUM || earned.compareTo(PRICE.multiply(BigDecimal.valueOf(QUORUM))) != 0) {
            throw new DemoException("who worked has " + earned + " for it: " + judged);
        }
        if (earned(List.of(cheater)).signum() != 0) {
            throw new DemoException("who made its output up was paid " + earned(List.of(cheater)));
        }
    }

    /** With what is still locked. */
    private static BigDecimal earned(List<Rest> providers) throws IOException, InterruptedException, DemoException {
        BigDecimal earned = BigDecimal.ZERO;
        for (Rest provider : providers) {
            JsonNode wallet = provider.get("/v1/wallet/balance");
            earned = earned.add(new BigDecimal(wallet.path("balance").asText("0")))
                    .add(new BigDecimal(wallet.path("pending").asText("0")));
        }
        return earned;
    }
}
