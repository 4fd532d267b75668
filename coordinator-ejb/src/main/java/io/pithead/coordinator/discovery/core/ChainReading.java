package io.pithead.coordinator.discovery.core;

import io.pithead.coordinator.discovery.core.Standing.Provider;
import io.pithead.coordinator.discovery.core.Standing.StakeTerms;
import io.pithead.coordinator.task.core.Requirements;
import io.pithead.protocol.run.RunIds;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The registry's facts, from what events on a chain add up to. */
public final class ChainReading {
    private static final int MAX_REQUIREMENTS = 4_000;
    /** What contracts take for an end may lie behind all calendars. */
    private static final long LAST_SECOND =
            Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();

    private ChainReading() {}

    /** A provider as the registry keeps it. */
    public record ProviderRow(String address, boolean whitelisted, boolean blacklisted, Standing standing) {}

    /** What a provider has staked, for how many nodes. */
    public record Staked(BigInteger amount, BigInteger nodes) {}

    /** @param placed the number of the run that the node is in, open or not */
    public record NodeRow(
            String address,
            String provider,
            boolean validated,
            boolean ejected,
            @Nullable Long placed) {}

    /**
     * @param state the chain's word: created, started or ended
     * @param open it takes nodes; one whose requirements nobody understands takes none
     */
    public record RunRow(
            UUID run,
            long number,
            String owner,
            String manager,
            String requirements,
            String discoveryUri,
            long maxNodes,
            String state,
            boolean open,
            Instant endsAt) {}

    /** Nothing until the contract has said its parameters. */
    public static Optional<StakeTerms> terms(Map<String, String> parameters) {
        return parameters.containsKey("minimum_stake")
                ? Optional.of(new StakeTerms(number(parameters, "minimum_stake"), number(parameters, "stake_per_node")))
                : Optional.empty();
    }

    public static ProviderRow provider(String address, Map<String, String> body, Optional<StakeTerms> terms) {
        var provider = new Provider(
                is(body, "registered"),
                is(body, "whitelisted"),
                is(body, "blacklisted"),
                number(body, "stake"),
                number(body, "nodes"));
        return new ProviderRow(address, provider.whitelisted(), provider.blacklisted(), Standing.of(provider, terms));
    }

    /** Nothing of one that is not registered, or kept out. */
    public static Optional<Staked> staked(Map<String, String> body) {
        return is(body, "registered") && !is(body, "blacklisted")
                ? Optional.of(new Staked(number(body, "stake"), number(body, "nodes")))
                : Optional.empty();
    }

    /** Nothing for one that is registered no more, or was ejected and never was. */
    public static Optional<NodeRow> node(String address, Map<String, String> body) {
        String provider = body.get("provider");
        if (provider == null || !is(body, "registered")) {
            return Optional.empty();
        }
        long placed = number(body, "run").longValueExact();
        return Optional.of(new NodeRow(
                address, provider, is(body, "validated"), is(body, "ejected"), placed == 0 ? null : placed));
    }

    public static RunRow run(long chain, long number, Map<String, String> body, Instant now) {
        String requirements = body.getOrDefault("requirements", "");
        boolean understood = isUnderstood(requirements);
        Instant endsAt = endsAt(body);
        return new RunRow(
                RunIds.discoveryRun(chain, number),
                number,
                body.getOrDefault("owner", ""),
                body.getOrDefault("manager", ""),
                understood ? requirements : "",
                body.getOrDefault("discovery_uri", ""),
                number(body, "max_nodes").longValueExact(),
                body.getOrDefault("state", "created"),
                understood && "started".equals(body.get("state")) && now.isBefore(endsAt),
                endsAt);
    }

    public static Instant endsAt(Map<String, String> run) {
        return Instant.ofEpochSecond(
                number(run, "ends_by").min(BigInteger.valueOf(LAST_SECOND)).longValueExact());
    }

    private static boolean isUnderstood(String requirements) {
        try {
            Requirements.parse(requirements);
            return requirements.length() <= MAX_REQUIREMENTS;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean is(Map<String, String> body, String member) {
        return "true".equals(body.get(member));
    }

    private static BigInteger number(Map<String, String> body, String member) {
        return new BigInteger(body.getOrDefault(member, "0"));
    }
}
