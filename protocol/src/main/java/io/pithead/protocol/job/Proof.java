package io.pithead.protocol.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Checks;
import io.pithead.protocol.node.Mode;
import io.pithead.protocol.signing.Digests;
import io.pithead.protocol.signing.WalletKey;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/miner/proof}. The first four members are the AITBC guide's; {@code output_sha} is the SHA-256 of the
 * job's output file. {@code output}, when it is a string, is that file's text, and its digest must be the stated one.
 * {@code request_sha} is {@link WorkRequest#sha} of what was asked, and {@code signature} the node's under a {@link ProofClaim}.
 */
public record Proof(
        UUID id,
        @Nullable Mode mode,
        String outputSha,
        Map<String, JsonNode> metrics,
        @Nullable Long lease,
        @Nullable JsonNode output,
        List<InputRef> artifacts,
        @Nullable Instant startedAt,
        @Nullable Instant completedAt,
        @Nullable String requestSha,
        @Nullable String signature) {
    static final int MAX_METRICS = 64;
    static final int MAX_METRIC_TEXT = 200;
    /** Digits after the point, or zeros before it: 1e999999999 is short to send and long to add up. */
    static final int MAX_METRIC_SCALE = 100;

    static final int MAX_METRIC_NAME = 100;
    static final int MAX_ARTIFACTS = 256;
    static final int MAX_SIGNATURE = 1_000;

    public Proof {
        metrics = metrics == null ? Map.of() : Map.copyOf(metrics);
        artifacts = artifacts == null ? List.of() : List.copyOf(artifacts);
        var checks = new Checks()
                .present("id", id)
                .present("output_sha", outputSha)
                .matches("output_sha", outputSha, Digests.SHA256_HEX, "must be 64 lower-case hex digits")
                .size("artifacts", artifacts, MAX_ARTIFACTS)
                .matches("request_sha", requestSha, Digests.SHA256_HEX, "must be 64 lower-case hex digits")
                .text("signature", signature, MAX_SIGNATURE)
                .that(
                        "completed_at",
                        startedAt == null || completedAt == null || !completedAt.isBefore(startedAt),
                        "must not be before started_at")
                .that("metrics", metrics.size() <= MAX_METRICS, "must have at most " + MAX_METRICS + " members");
        metrics.forEach((name, value) -> checks.that("metrics/" + Checks.escaped(name), isMetric(value), METRIC_RULE));
        checks.that(
                "metrics",
                metrics.keySet().stream().allMatch(name -> name.length() <= MAX_METRIC_NAME),
                "must have names of at most " + MAX_METRIC_NAME + " characters");
        if (output != null && output.isTextual() && outputSha != null) {
            String sha = Digests.sha256Hex(output.textValue().getBytes(StandardCharsets.UTF_8));
            checks.that("output", sha.equals(outputSha), "does not have the digest that output_sha states");
        }
        checks.done();
    }

    /** The same with its node's word for it; only of a proof that names its lease. */
    public Proof signed(WalletKey node) {
        return new Proof(
                id,
                mode,
                outputSha,
                metrics,
                lease,
                output,
                artifacts,
                startedAt,
                completedAt,
                requestSha,
                ProofClaim.signature(this, node));
    }

    private static final String METRIC_RULE = "must be a number that is not negative, true, false or a short string";

    private static boolean isMetric(JsonNode value) {
        if (value.isNumber()) {
            BigDecimal number = value.decimalValue();
            return number.signum() >= 0 && Math.abs((long) number.scale()) <= MAX_METRIC_SCALE;
        }
        return value.isBoolean() || (value.isTextual() && value.textValue().length() <= MAX_METRIC_TEXT);
    }
}
