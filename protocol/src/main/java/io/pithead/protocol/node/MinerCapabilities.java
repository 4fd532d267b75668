package io.pithead.protocol.node;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.pithead.protocol.json.Checks;
import io.pithead.protocol.json.FlexibleBoolean;
import io.pithead.protocol.money.Money;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/miner/register}. The first seven members are the AITBC guide's (its text stops inside {@code limits});
 * the rest is ours and optional. {@code price} is the least the miner works for, in tokens per job. {@code renews} says
 * that the miner renews its leases while it works; one that does not say so gets leases as long as the job may run.
 * {@code location} is where the machine says it is: groups are formed of neighbours. {@code p2p_address} is where its
 * containers are reached by the others of their group. {@code instance} tells two miners apart that were given the same id:
 * while one of them is heard, the other is refused.
 * {@code challenges} are the kinds of challenges that it answers.
 */
public record MinerCapabilities(
        String minerId,
        Mode mode,

        @JsonDeserialize(using = FlexibleBoolean.class) @Nullable
        Boolean gpu,

        @Nullable Integer concurrency,
        List<String> workloads,
        NodeLimits limits,
        @Nullable String wallet,
        @Nullable String nodeAddress,
        @Nullable List<String> models,
        @Nullable List<String> modules,
        @Nullable String region,
        @Nullable String price,
        @Nullable String version,
        @Nullable String cuda,
        @Nullable Boolean renews,
        @Nullable Hardware hardware,
        @Nullable Location location,
        @Nullable String p2pAddress,
        @Nullable UUID instance,
        @Nullable List<String> challenges) {
    public static final int MAX_CONCURRENCY = 1_024;
    static final int MAX_NAMES = 256;
    static final int MAX_NAME = 128;
    /** It ends in the command lines of other people's containers: nothing in it means anything to a shell. */
    public static final Pattern P2P_ADDRESS = Pattern.compile("[A-Za-z0-9/][A-Za-z0-9._:/@-]{0,127}");

    /** Without a place, an address, an instance or kinds of challenges. */
    public MinerCapabilities(
            String minerId,
            Mode mode,
            @Nullable Boolean gpu,
            @Nullable Integer concurrency,
            List<String> workloads,
            NodeLimits limits,
            @Nullable String wallet,
            @Nullable String nodeAddress,
            @Nullable List<String> models,
            @Nullable List<String> modules,
            @Nullable String region,
            @Nullable String price,
            @Nullable String version,
            @Nullable String cuda,
            @Nullable Boolean renews,
            @Nullable Hardware hardware) {
        this(
                minerId,
                mode,
                gpu,
                concurrency,
                workloads,
                limits,
                wallet,
                nodeAddress,
                models,
                modules,
                region,
                price,
                version,
                cuda,
                renews,
                hardware,
                null,
                null,
                null,
                null);
    }

    public MinerCapabilities {
        workloads = workloads == null ? List.of() : List.copyOf(workloads);
        models = models == null ? List.of() : List.copyOf(models);
        modules = modules == null ? List.of() : List.copyOf(modules);
        challenges = challenges == null ? null : List.copyOf(challenges);
        limits = limits == null ? NodeLimits.UNKNOWN : limits;
        var checks = MinerId.check(new Checks(), "miner_id", minerId)
                .present("mode", mode)
                .range("concurrency", concurrency, 1, MAX_CONCURRENCY)
                .size("workloads", workloads, MAX_NAMES)
                .size("models", models, MAX_NAMES)
                .size("modules", modules, MAX_NAMES)
                .size("challenges", challenges, MAX_NAMES)
                .text("wallet", wallet, MAX_NAME)
                .text("node_address", nodeAddress, MAX_NAME)
                .text("region", region, MAX_NAME)
                .text("version", version, MAX_NAME)
                .matches("cuda", cuda, Versions.FORM, "must be a version such as 12.4")
                .matches(
                        "p2p_address",
                        p2pAddress,
                        P2P_ADDRESS,
                        "must be at most 128 letters, digits and . _ : / @ -, beginning with a letter, a digit or /");
        names(checks, "workloads", workloads);
        names(checks, "models", models);
        names(checks, "modules", modules);
        names(checks, "challenges", challenges == null ? List.of() : challenges);
        if (price != null) {
            try {
                Money.parse(price);
            } catch (IllegalArgumentException e) {
                checks.that("price", false, String.valueOf(e.getMessage()));
            }
        }
        checks.done();
    }

    private static void names(Checks checks, String member, List<String> names) {
        for (int i = 0; i < Math.min(names.size(), MAX_NAMES); i++) {
            checks.text(member + "/" + i, names.get(i), MAX_NAME);
        }
    }
}
