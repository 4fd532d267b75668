package io.pithead.protocol.job;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.pithead.protocol.json.Checks;
import io.pithead.protocol.json.FlexibleBoolean;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.node.Versions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node must have to get a job. {@code cuda} is the least CUDA version; {@code models} and {@code workloads} must
 * all be offered; {@code max_price} is the highest ask, in tokens, that the buyer accepts.
 */
public record Constraints(
        @JsonDeserialize(using = FlexibleBoolean.class) @Nullable
        Boolean gpu,

        @Nullable String cuda,
        @Nullable Long minVramMb,
        @Nullable Long minRamMb,
        @Nullable List<String> models,
        @Nullable String region,
        @Nullable String maxPrice,
        @Nullable List<String> workloads) {
    static final int MAX_NAMES = 64;
    static final int MAX_NAME = 128;
    static final long MAX_MB = 1L << 40;

    public static final Constraints NONE = new Constraints(null, null, null, null, null, null, null, null);

    public Constraints {
        models = models == null ? null : List.copyOf(models);
        workloads = workloads == null ? null : List.copyOf(workloads);
        var checks = new Checks()
                .matches("cuda", cuda, Versions.FORM, "must be a version such as 12.4")
                .range("min_vram_mb", minVramMb, 0, MAX_MB)
                .range("min_ram_mb", minRamMb, 0, MAX_MB)
                .size("models", models, MAX_NAMES)
                .size("workloads", workloads, MAX_NAMES)
                .text("region", region, MAX_NAME);
        Prices.check(checks, "max_price", maxPrice);
        names(checks, "models", models);
        names(checks, "workloads", workloads);
        checks.done();
    }

    private static void names(Checks checks, String member, @Nullable List<String> names) {
        if (names != null) {
            for (int i = 0; i < Math.min(names.size(), MAX_NAMES); i++) {
                checks.text(member + "/" + i, names.get(i), MAX_NAME);
            }
        }
    }

    /** Decimal strings of tokens, checked where they come in. */
    static final class Prices {
        private Prices() {}

        static void check(Checks checks, String member, @Nullable String price) {
            if (price == null) {
                return;
            }
            try {
                Money.parse(price);
            } catch (IllegalArgumentException e) {
                checks.that(member, false, String.valueOf(e.getMessage()));
            }
        }
    }
}
