package io.pithead.protocol.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.pithead.protocol.json.Checks;
import io.pithead.protocol.json.FlexibleBoolean;
import io.pithead.protocol.task.ContainerMetrics;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/miner/heartbeat}. The first four members are all that the AITBC guide's script sends. {@code running}
 * lists the leases the miner works under; a listed lease is renewed, and one left out twice is taken back. {@code instance} is
 * the registration's.
 */
public record Heartbeat(
        String minerId,
        @Nullable String wallet,
        @Nullable Mode mode,

        @JsonDeserialize(using = FlexibleBoolean.class) @Nullable
        Boolean gpu,

        @Nullable BigDecimal load,
        @Nullable List<Running> running,
        @Nullable Map<String, JsonNode> metrics,
        @Nullable JsonNode container,
        @Nullable UUID instance) {
    static final int MAX_WALLET = 128;
    static final int MAX_METRICS = 64;
    /** Runnable tasks for each processor, as some report it; no machine has more, and a column must hold it. */
    static final BigDecimal MAX_LOAD = BigDecimal.valueOf(1_000_000);

    /** @param container what it uses, if it is one */
    public record Running(
            UUID id,
            Long lease,
            @Nullable String state,
            @Nullable Integer progress,
            @Nullable ContainerMetrics container) {
        public Running(UUID id, Long lease, @Nullable String state, @Nullable Integer progress) {
            this(id, lease, state, progress, null);
        }

        public Running with(@Nullable ContainerMetrics metrics) {
            return new Running(id, lease, state, progress, metrics);
        }

        public Running {
            new Checks()
                    .present("id", id)
                    .present("lease", lease)
                    .text("state", state, 32)
                    .range("progress", progress, 0, 100)
                    .done();
        }
    }

    public Heartbeat {
        running = running == null ? null : List.copyOf(running);
        metrics = metrics == null ? null : Map.copyOf(metrics);
        MinerId.check(new Checks(), "miner_id", minerId)
                .text("wallet", wallet, MAX_WALLET)
                .quantity("load", load)
                .that("load", load == null || load.compareTo(MAX_LOAD) <= 0, "must be at most " + MAX_LOAD)
                .size("running", running, MinerCapabilities.MAX_CONCURRENCY)
                .that("metrics", metrics == null || metrics.size() <= MAX_METRICS, "has too many members")
                .done();
    }
}
