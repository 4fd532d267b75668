package io.pithead.coordinator.chain.core;

import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What events add up to: each changes a few things at most, each from what it was and what the event says, and from nothing
 * else. So the same events in the same order give the same things, whenever they are read.
 */
public final class Projection {
    private static final Map<String, Rule> RULES = rules();
    /**
     * What an event does to another thing besides: a slash takes stake, and gives it back; what was said against a node is found
     * without looking through all nodes.
     */
    private static final Map<String, Rule> ALSO = Map.of(
            "ProviderRegistry.SlashProposed", on("provider", "provider").subtract("stake", "amount"),
            "ProviderRegistry.SlashReturned", on("provider", "provider").add("stake", "amount"),
            "ComputeNodes.NodeRejected", on("rejection", "node", "round").take("reason"),
            "ComputeNodes.NodeEjected", on("ejection", "node").take("reason").set("ejected", "true"),
            "ComputeNodes.NodeReinstated", on("ejection", "node").take("reason").set("ejected", "false"));

    private Projection() {}

    /** @param arguments by their names; numbers in decimal, addresses and bytes in small hexadecimal */
    public record Event(String contract, String name, Map<String, String> arguments) {
        public Event {
            arguments = Map.copyOf(arguments);
        }
    }

    /** A thing: a provider, a node, a run. */
    public record Key(String kind, String id) {}

    /** What a thing is from now on. */
    public record Change(Key key, SortedMap<String, String> body) {}

    /**
     * @param keys arguments that name the thing
     * @param taken members that are arguments, by their names
     * @param added members that an argument is added to
     * @param subtracted members that an argument is taken from, down to nothing: a slash takes what there is, and the rest
     *     elsewhere
     * @param fixed members that the event sets by having happened
     */
    private record Rule(
            String kind,
            List<String> keys,
            Map<String, String> taken,
            Map<String, String> added,
            Map<String, String> subtracted,
            Map<String, String> fixed) {
        Rule take(String... members) {
            var more = new LinkedHashMap<>(taken);
            for (String member : members) {
                more.put(snake(member), member);
            }
            return new Rule(kind, keys, more, added, subtracted, fixed);
        }

        Rule add(String member, String argument) {
            var more = new LinkedHashMap<>(added);
            more.put(member, argument);
            return new Rule(kind, keys, taken, more, subtracted, fixed);
        }

        Rule subtract(String member, String argument) {
            var more = new LinkedHashMap<>(subtracted);
            more.put(member, argument);
            return new Rule(kind, keys, taken, added, more, fixed);
        }

        Rule set(String member, String value) {
            var more = new LinkedHashMap<>(fixed);
            more.put(member, value);
            return new Rule(kind, keys, taken, added, subtracted, more);
        }
    }

    private static Rule on(String kind, String... keys) {
        return new Rule(kind, List.of(keys), Map.of(), Map.of(), Map.of(), Map.of());
    }

    /** {@code discoveryUri} is {@code discovery_uri}, as in JSON everywhere. */
    private static String snake(String name) {
        return name.replaceAll("([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    private static Map<String, Rule> rules() {
        var rules = new LinkedHashMap<String, Rule>();
        providers(rules);
        nodes(rules);
        runs(rules);
        validators(rules);
        work(rules);
        rewards(rules);
        return Map.copyOf(rules);
    }

    private static void providers(Map<String, Rule> rules) {
        Rule provider = on("provider", "provider");
        rules.put("ProviderRegistry.ProviderRegistered", provider.take("stake").set("registered", "true"));
        rules.put(
                "ProviderRegistry.ProviderDeregistered",
                provider.set("registered", "false").set("stake", "0"));
        rules.put("ProviderRegistry.StakeIncreased", provider.take("stake"));
        rules.put("ProviderRegistry.StakeUnbonding", provider.take("stake"));
        rules.put("ProviderRegistry.ProviderNodesChanged", provider.take("nodes"));
        rules.put("ProviderRegistry.ProviderWhitelisted", provider.set("whitelisted", "true"));
        rules.put(
                "ProviderRegistry.ProviderDelisted",
                provider.set("whitelisted", "false").take("reason"));
        rules.put(
                "ProviderRegistry.ProviderBlacklisted",
                provider.set("blacklisted", "true").set("whitelisted", "false").take("reason"));
        rules.put(
                "ProviderRegistry.ProviderPardoned",
                provider.set("blacklisted", "false").take("reason"));
        rules.put(
                "ProviderRegistry.ProviderParametersChanged",
                on("provider_parameters")
                        .take(
                                "minimumStake",
                                "stakePerNode",
                                "treasury",
                                "unbondingDelay",
                                "appealWindow",
                                "decisionWindow"));
        Rule slash = on("slash", "id");
        rules.put(
                "ProviderRegistry.SlashProposed",
                slash.take("provider", "proposer", "amount", "appealUntil", "reason")
                        .set("state", "proposed"));
        rules.put(
                "ProviderRegistry.SlashAppealed",
                slash.take("decideUntil", "statement").set("state", "appealed"));
        rules.put("ProviderRegistry.SlashExecuted", slash.take("amount").set("state", "executed"));
        rules.put("ProviderRegistry.SlashReturned", slash.take("why", "reason").set("state", "returned"));
    }

    private static void nodes(Map<String, Rule> rules) {
        Rule node = on("node", "node");
        rules.put(
                "ComputeNodes.NodeRegistered",
                node.take("provider", "round", "capabilitiesUri")
                        .set("registered", "true")
                        .set("validated", "false")
                        .set("run", "0"));
        rules.put(
                "ComputeNodes.NodeDescribed",
                node.take("round", "capabilitiesUri").set("validated", "false"));
        rules.put("ComputeNodes.NodeValidated", node.take("reason").set("validated", "true"));
        rules.put("ComputeNodes.NodeRejected", node.take("reason").set("validated", "false"));
        rules.put("ComputeNodes.NodePlaced", node.take("run"));
        rules.put("ComputeNodes.NodeDisplaced", node.set("run", "0"));
        // a member of its own: whatever else happens to an ejected node, it stays ejected
        rules.put("ComputeNodes.NodeEjected", node.take("reason").set("ejected", "true"));
        rules.put(
                "ComputeNodes.NodeReinstated",
                node.take("reason").set("ejected", "false").set("validated", "false"));
        rules.put(
                "ComputeNodes.NodeRemoved",
                node.set("registered", "false").set("validated", "false").set("run", "0"));
    }

    private static void runs(Map<String, Rule> rules) {
        Rule run = on("run", "run");
        rules.put(
                "Runs.RunCreated",
                run.take("owner", "manager", "maxNodes", "maxUnits", "endsBy", "requirements", "discoveryUri")
                        .set("state", "created"));
        rules.put("Runs.RunStarted", run.set("state", "started"));
        rules.put("Runs.RunEnded", run.set("state", "ended"));
        rules.put("Runs.RunExtended", run.take("endsBy"));
        rules.put("Runs.RunManagerChanged", run.take("manager"));
        rules.put("Runs.RunLimitsChanged", run.take("maxNodes", "maxUnits"));
        rules.put("Runs.RunRequirementsChanged", run.take("requirements"));
        rules.put("Runs.RunDiscoveryChanged", run.take("discoveryUri"));
        Rule member = on("member", "run", "node");
        rules.put("Memberships.NodeJoined", member.take("provider", "nonce").set("state", "joined"));
        rules.put("Memberships.NodeLeft", member.set("state", "left"));
        rules.put("Memberships.NodeDismissed", member.take("reason").set("state", "dismissed"));
        rules.put("Memberships.NodeEvicted", member.set("state", "evicted"));
        rules.put(
                "Memberships.InviteRevoked",
                on("revoked_invite", "run", "nonce").take("by"));
        Rule escrow = on("escrow", "run");
        rules.put("RunEscrow.EscrowDeposited", escrow.add("deposited", "amount"));
        rules.put("RunEscrow.EscrowReserved", escrow.add("reserved", "amount"));
        rules.put("RunEscrow.EscrowUnreserved", escrow.subtract("reserved", "amount"));
        rules.put(
                "RunEscrow.EscrowReleased",
                escrow.subtract("reserved", "amount").add("released", "amount"));
        rules.put("RunEscrow.EscrowRefunded", escrow.add("refunded", "amount"));
    }

    private static void validators(Map<String, Rule> rules) {
        Rule validator = on("validator", "validator");
        rules.put("Validators.ValidatorAdded", validator.set("member", "true"));
        rules.put("Validators.ValidatorRemoved", validator.set("member", "false"));
        rules.put("Validators.ThresholdChanged", on("quorum").take("threshold"));
        rules.put(
                "Validators.VerdictReached", on("verdict", "target", "subject").take("round", "verdict", "reason"));
    }

    private static void work(Map<String, Rule> rules) {
        rules.put(
                "WorkReceipts.WorkPosted",
                on("work", "run", "node", "epoch").take("provider", "root", "units", "leaves"));
        Rule dispute = on("dispute", "subject");
        rules.put(
                "WorkReceipts.WorkDisputed",
                dispute.take("run", "node", "epoch", "index", "receiptHash", "units", "severity", "by")
                        .set("state", "open"));
        rules.put(
                "WorkReceipts.WorkInvalidated",
                dispute.take("severity", "reason").set("state", "invalid"));
        rules.put("WorkReceipts.WorkUpheld", dispute.take("reason").set("state", "upheld"));
    }

    private static void rewards(Map<String, Rule> rules) {
        Rule root = on("root", "epoch");
        rules.put(
                "Rewards.RootPosted",
                root.take("root", "total", "activeAt", "leavesHash", "uri").set("state", "posted"));
        rules.put("Rewards.RootWithdrawn", root.take("reason").set("state", "withdrawn"));
        rules.put("Rewards.Claimed", on("claimant", "account").add("claimed", "amount"));
        rules.put("Rewards.DelegateChanged", on("delegate", "account").take("delegate", "recipient"));
        rules.put("Rewards.Funded", on("rewards").take("funded"));
    }

    /** Whether the event changes anything at all. */
    public static boolean knows(String contract, String name) {
        return RULES.containsKey(contract + "." + name);
    }

    /** How many events there are that change something. */
    public static int size() {
        return RULES.size();
    }

    /** Which things the event changes. */
    public static List<Key> keysOf(Event event) {
        return rulesOf(event).map(rule -> key(rule, event)).toList();
    }

    private static Stream<Rule> rulesOf(Event event) {
        String name = event.contract() + "." + event.name();
        return Stream.of(RULES, ALSO).map(rules -> rules.get(name)).filter(Objects::nonNull);
    }

    private static Key key(Rule rule, Event event) {
        return new Key(
                rule.kind(),
                String.join(
                        "/",
                        rule.keys().stream().map(key -> argument(event, key)).toList()));
    }

    /**
     * @param key one of those that the event changes
     * @param before what the thing was; empty when it was not
     */
    public static Change apply(Event event, Key key, Map<String, String> before) {
        Rule rule = rulesOf(event)
                .filter(one -> one.kind().equals(key.kind()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(event.name() + " changes no " + key.kind()));
        SortedMap<String, String> body = new TreeMap<>(before);
        rule.taken().forEach((member, argument) -> body.put(member, argument(event, argument)));
        rule.added()
                .forEach((member, argument) -> body.put(
                        member,
                        number(body, member)
                                .add(new BigInteger(argument(event, argument)))
                                .toString()));
        rule.subtracted()
                .forEach((member, argument) -> body.put(
                        member,
                        number(body, member)
                                .subtract(new BigInteger(argument(event, argument)))
                                .max(BigInteger.ZERO)
                                .toString()));
        body.putAll(rule.fixed());
        return new Change(key, body);
    }

    private static BigInteger number(Map<String, String> body, String member) {
        return new BigInteger(body.getOrDefault(member, "0"));
    }

    private static String argument(Event event, String name) {
        String value = event.arguments().get(name);
        if (value == null) {
            throw new IllegalArgumentException(event.contract() + "." + event.name() + " has no " + name);
        }
        return value;
    }
}
