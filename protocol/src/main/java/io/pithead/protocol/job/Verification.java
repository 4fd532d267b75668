package io.pithead.protocol.job;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.pithead.protocol.json.Checks;
import io.pithead.protocol.signing.Digests;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the proof of a job is judged before it is paid. {@code expected} are the digests that a proof by hash may have; with
 * replication {@code quorum} providers must agree, {@code replicas} are asked at first and {@code maxReplicas} at most, the
 * first miner among them. Adaptive replication is the same, for all that new nodes do and for a share of what others do.
 * Re-execution is replication too, and validators do the job once more where too few agree. With {@code confidential} its request is never given to anybody but its replicas.
 */
public record Verification(
        Mode mode,
        @Nullable Integer replicas,
        @Nullable Integer quorum,
        @Nullable Integer maxReplicas,
        @Nullable List<String> expected,
        @Nullable Boolean confidential) {
    public static final int MAX_REPLICAS = 15;
    static final int MAX_EXPECTED = 16;
    private static final int MIN_REPLICAS = 2;
    private static final String FOR_REPLICAS = "is for modes replicate, adaptive and reexecute";

    /** What is done with a proof. */
    public enum Mode {
        @JsonProperty("none")
        NONE,
        @JsonProperty("hash")
        HASH,
        @JsonProperty("replicate")
        REPLICATE,
        @JsonProperty("adaptive")
        ADAPTIVE,
        @JsonProperty("reexecute")
        REEXECUTE;

        /** Whether it may be given to several. */
        public boolean replicates() {
            return this == REPLICATE || this == ADAPTIVE || this == REEXECUTE;
        }
    }

    public Verification {
        expected = expected == null ? null : List.copyOf(expected);
        var checks = new Checks().present("mode", mode);
        if (mode != null && mode.replicates()) {
            replicas(checks, replicas, quorum, maxReplicas);
        } else {
            checks.that("replicas", replicas == null, FOR_REPLICAS)
                    .that("quorum", quorum == null, FOR_REPLICAS)
                    .that("max_replicas", maxReplicas == null, FOR_REPLICAS)
                    .that("confidential", confidential == null, FOR_REPLICAS);
        }
        checks.that(
                "confidential",
                mode != Mode.REEXECUTE || !Boolean.TRUE.equals(confidential),
                "must not be with reexecute: validators are given the request");
        checks.that("expected", mode == Mode.HASH || expected == null, "is for mode hash");
        if (mode == Mode.HASH) {
            checks.that(
                    "expected",
                    expected != null && !expected.isEmpty() && expected.size() <= MAX_EXPECTED,
                    "must have 1 to " + MAX_EXPECTED + " digests");
            for (int i = 0; expected != null && i < Math.min(expected.size(), MAX_EXPECTED); i++) {
                checks.matches(
                        "expected/" + i, expected.get(i), Digests.SHA256_HEX, "must be 64 lower-case hex digits");
            }
        }
        checks.done();
    }

    private static void replicas(
            Checks checks, @Nullable Integer replicas, @Nullable Integer quorum, @Nullable Integer maxReplicas) {
        int needed = needed(replicas, quorum, maxReplicas);
        int first = first(replicas, needed);
        int most = most(first, needed, maxReplicas);
        checks.range("replicas", replicas, MIN_REPLICAS, MAX_REPLICAS)
                .range("quorum", quorum, MIN_REPLICAS, MAX_REPLICAS)
                .range("max_replicas", maxReplicas, MIN_REPLICAS, MAX_REPLICAS)
                .that("max_replicas", most >= first, "must be at least replicas")
                .that("quorum", needed <= first, "must be at most replicas")
                .that("quorum", 2L * needed > most, "must be more than half of max_replicas: no two answers have one");
    }

    /** Of replication, with what was left out. */
    public int firstReplicas() {
        return first(replicas, neededToAgree());
    }

    public int neededToAgree() {
        return needed(replicas, quorum, maxReplicas);
    }

    public int mostReplicas() {
        return most(firstReplicas(), neededToAgree(), maxReplicas);
    }

    private static int needed(@Nullable Integer replicas, @Nullable Integer quorum, @Nullable Integer maxReplicas) {
        if (quorum != null) {
            return quorum;
        }
        return Objects.requireNonNullElse(maxReplicas, Objects.requireNonNullElse(replicas, MIN_REPLICAS)) / 2 + 1;
    }

    private static int first(@Nullable Integer replicas, int needed) {
        return replicas == null ? Math.max(MIN_REPLICAS, needed) : replicas;
    }

    /** As many as leave the quorum more than a half. */
    private static int most(int first, int needed, @Nullable Integer maxReplicas) {
        return maxReplicas == null ? (int) Math.max(first, Math.min(2L * needed - 1, MAX_REPLICAS)) : maxReplicas;
    }
}
