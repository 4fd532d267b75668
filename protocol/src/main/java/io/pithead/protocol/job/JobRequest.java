package io.pithead.protocol.job;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.protocol.json.Checks;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/jobs}: one job. {@code price} is the buyer's offer in tokens, reserved at submission and paid with the
 * receipt; without it {@code constraints.max_price}, and without both the operator's default. {@code ttl_s} bounds the
 * time in the queue, {@code deadline} the whole life. Higher {@code priority} goes first among one account's jobs. With {@code
 * run}, one of the account's, only that run's healthy nodes get it. {@code redundancy} above 1 is short for a
 * {@code verification} by so many replicas.
 */
public record JobRequest(
        String workload,
        @Nullable JsonNode params,
        @Nullable JsonNode payload,
        @Nullable Constraints constraints,
        @Nullable JobLimits limits,
        @Nullable List<InputRef> inputs,
        @Nullable String price,
        @Nullable Long ttlS,
        @Nullable Instant deadline,
        @Nullable Integer maxAttempts,
        @Nullable Integer redundancy,
        @Nullable Verification verification,
        @Nullable Integer priority,
        @Nullable UUID run,
        @Nullable String callbackUrl) {
    public static final Pattern WORKLOAD = Pattern.compile("[a-z0-9][a-z0-9_.-]{0,63}");
    public static final long MAX_TTL_S = 30L * 24 * 3600;
    public static final int MAX_ATTEMPTS = 100;
    public static final int MAX_PRIORITY = 1_000;
    static final int MAX_INPUTS = 256;
    static final int MAX_URL = 2_000;

    public JobRequest {
        inputs = inputs == null ? null : List.copyOf(inputs);
        var checks = new Checks()
                .present("workload", workload)
                .matches(
                        "workload",
                        workload,
                        WORKLOAD,
                        "must be 1 to 64 lower-case letters, digits, dots, dashes or underscores")
                .that("payload", params == null || payload == null, "give params or payload, not both")
                .size("inputs", inputs, MAX_INPUTS)
                .range("limits/max_runtime_s", limits == null ? null : limits.maxRuntimeS(), 1, JobLimits.MAX_RUNTIME_S)
                .range("ttl_s", ttlS, 1, MAX_TTL_S)
                .range("max_attempts", maxAttempts, 1, MAX_ATTEMPTS)
                .range("redundancy", redundancy, 1, Verification.MAX_REPLICAS)
                .that(
                        "redundancy",
                        redundancy == null || verification == null,
                        "give redundancy or verification, not both")
                .range("priority", priority, -MAX_PRIORITY, MAX_PRIORITY)
                .text("callback_url", callbackUrl, MAX_URL);
        Constraints.Prices.check(checks, "price", price);
        checks.done();
    }

    /** How its proof is judged; empty where it is paid at once. */
    public Optional<Verification> judged() {
        if (verification != null && verification.mode() != Verification.Mode.NONE) {
            return Optional.of(verification);
        }
        return redundancy == null || redundancy == 1
                ? Optional.empty()
                : Optional.of(new Verification(Verification.Mode.REPLICATE, redundancy, null, null, null, null));
    }
}
