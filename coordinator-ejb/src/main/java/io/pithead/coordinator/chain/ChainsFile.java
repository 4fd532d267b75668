package io.pithead.coordinator.chain;

import com.fasterxml.jackson.databind.JsonNode;
import io.pithead.coordinator.chain.ChainSettings.Contract;
import io.pithead.coordinator.chain.ChainSettings.KeyFiles;
import io.pithead.coordinator.chain.core.FeePolicy;
import io.pithead.coordinator.chain.core.Finality;
import io.pithead.protocol.json.Checks;
import io.pithead.protocol.json.InvalidPayloadException;
import io.pithead.protocol.json.Json;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads {@code chains.json} whole, and names everything that is wrong with it by its JSON pointer. */
final class ChainsFile {
    static final int MAX_CHAINS = 16;
    private static final int MAX_URLS = 8;
    private static final int MAX_CONTRACTS = 64;
    private static final long MAX_BYTES = 1 << 20;
    private static final int MAX_CONFIRMATIONS = 10_000;
    private static final int MAX_WINDOW = 10_000;
    private static final long MAX_LOG_RANGE = 1_000_000;
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,30}");
    private static final int GWEI_DIGITS = 9;
    private static final BigDecimal MAX_GWEI = new BigDecimal("1000000000");

    private static final Set<String> CHAIN_MEMBERS = Set.of(
            "name",
            "chain_id",
            "rpc",
            "contracts",
            "deploy_block",
            "confirmations",
            "finality",
            "max_log_range",
            "poll_ms",
            "reorg_window",
            "fees",
            "max_in_flight",
            "key",
            "deploy");

    private final Path folder;
    private final List<String> problems = new ArrayList<>();

    private ChainsFile(Path folder) {
        this.folder = folder;
    }

    /** What the file says, or what is wrong with it; one of the two is empty. */
    record Outcome(List<ChainSettings> chains, List<String> problems) {
        Outcome {
            chains = List.copyOf(chains);
            problems = List.copyOf(problems);
        }
    }

    static Outcome read(Path file) {
        try {
            if (Files.size(file) > MAX_BYTES) {
                return new Outcome(List.of(), List.of("has more than " + MAX_BYTES + " bytes"));
            }
            Path folder = file.toAbsolutePath().getParent();
            return parse(Files.readAllBytes(file), Objects.requireNonNull(folder, "a file has a folder"));
        } catch (IOException e) {
            return new Outcome(List.of(), List.of("cannot be read"));
        }
    }

    /** @param folder that paths in it are relative to */
    static Outcome parse(byte[] bytes, Path folder) {
        JsonNode tree;
        try {
            tree = Json.tree(bytes);
        } catch (InvalidPayloadException e) {
            return new Outcome(List.of(), List.of(String.valueOf(e.getMessage())));
        }
        var reader = new ChainsFile(folder);
        List<ChainSettings> chains = reader.chains(tree);
        return reader.problems.isEmpty() ? new Outcome(chains, List.of()) : new Outcome(List.of(), reader.problems);
    }

    private List<ChainSettings> chains(JsonNode tree) {
        knownMembers("", tree, Set.of("chains"));
        JsonNode array = tree.path("chains");
        if (!array.isArray() || array.isEmpty() || array.size() > MAX_CHAINS) {
            problem("/chains", "must be a list of 1 to " + MAX_CHAINS + " chains");
            return List.of();
        }
        var chains = new ArrayList<ChainSettings>();
        var names = new HashSet<String>();
        var ids = new HashSet<Long>();
        for (int i = 0; i < array.size(); i++) {
            String at = "/chains/" + i;
            ChainSettings chain = chain(at, array.get(i));
            if (!names.add(chain.name())) {
                problem(at + "/name", "is another chain's too");
            }
            if (!ids.add(chain.chainId())) {
                problem(at + "/chain_id", "is another chain's too");
            }
            chains.add(chain);
        }
        return chains;
    }

    private ChainSettings chain(String at, JsonNode node) {
        if (!node.isObject()) {
            problem(at, "must be an object");
        }
        knownMembers(at, node, CHAIN_MEMBERS);
        String name = text(at + "/name", node.get("name"), NAME, "must be 1 to 31 small letters, digits and dashes");
        int window = (int) number(at, node, "reorg_window", 256L, 1, MAX_WINDOW);
        int confirmations = (int) number(at, node, "confirmations", null, 0, MAX_CONFIRMATIONS);
        return new ChainSettings(
                name,
                number(at, node, "chain_id", null, 1, Long.MAX_VALUE),
                urls(at + "/rpc", node.get("rpc")),
                contracts(at + "/contracts", node.get("contracts")),
                number(at, node, "deploy_block", 0L, 0, Long.MAX_VALUE),
                new Finality(tag(at + "/finality", node.get("finality")), confirmations),
                number(at, node, "max_log_range", 2_000L, 1, MAX_LOG_RANGE),
                Duration.ofMillis(number(at, node, "poll_ms", 5_000L, 100, 600_000)),
                window,
                fees(at + "/fees", node.get("fees")),
                (int) number(at, node, "max_in_flight", 64L, 1, 1_000),
                key(at + "/key", node.get("key")),
                flag(at + "/deploy", node.get("deploy")));
    }

    private boolean flag(String at, @Nullable JsonNode node) {
        if (node != null && !node.isBoolean()) {
            problem(at, "must be true or false");
        }
        return node != null && node.asBoolean();
    }

    private List<URI> urls(String at, @Nullable JsonNode node) {
        if (node == null || !node.isArray() || node.isEmpty() || node.size() > MAX_URLS) {
            problem(at, "must be a list of 1 to " + MAX_URLS + " URLs");
            return List.of();
        }
        var urls = new ArrayList<URI>();
        for (int i = 0; i < node.size(); i++) {
            url(node.get(i).asText("")).ifPresentOrElse(urls::add, badUrl(at + "/" + i));
        }
        return urls;
    }

    /** What was written is not repeated: such URLs hold keys. */
    private Runnable badUrl(String at) {
        return () -> problem(at, "must be an http or https URL with a host");
    }

    static Optional<URI> url(String text) {
        try {
            URI url = new URI(text);
            boolean web = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
            return web && url.getHost() != null ? Optional.of(url) : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private Map<String, Contract> contracts(String at, @Nullable JsonNode node) {
        var contracts = new LinkedHashMap<String, Contract>();
        if (node == null) {
            return contracts;
        }
        if (!node.isObject() || node.size() > MAX_CONTRACTS) {
            problem(at, "must be an object of at most " + MAX_CONTRACTS + " contracts");
            return contracts;
        }
        var addresses = new HashSet<String>();
        node.properties().forEach(member -> {
            String here = at + "/" + Checks.escaped(member.getKey());
            knownMembers(here, member.getValue(), Set.of("address", "code_hash"));
            String address = member.getValue().path("address").asText("");
            String hash = member.getValue().path("code_hash").asText("");
            if (!Hex.isAddress(address)) {
                problem(here + "/address", "must be 0x and 40 hexadecimal digits");
            } else if (!addresses.add(address.toLowerCase(Locale.ROOT))) {
                problem(here + "/address", "is another contract's too");
            }
            if (!Hex.isHash(hash)) {
                problem(here + "/code_hash", "must be 0x and 64 hexadecimal digits");
            }
            contracts.put(
                    member.getKey(), new Contract(address.toLowerCase(Locale.ROOT), hash.toLowerCase(Locale.ROOT)));
        });
        return contracts;
    }

    private Finality.Tag tag(String at, @Nullable JsonNode node) {
        String text = node == null ? "finalized" : node.asText("");
        return Stream.of(Finality.Tag.values())
                .filter(tag -> tag.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseGet(() -> {
                    problem(at, "must be finalized, safe or latest");
                    return Finality.Tag.FINALIZED;
                });
    }

    private FeePolicy fees(String at, @Nullable JsonNode node) {
        JsonNode fees = node == null ? Json.toTree(Map.of()) : node;
        knownMembers(at, fees, Set.of("max_gwei", "min_tip_gwei", "bump_permille", "bump_after_s"));
        int before = problems.size();
        BigInteger cap = gwei(at + "/max_gwei", fees.get("max_gwei"), "200");
        BigInteger tip = gwei(at + "/min_tip_gwei", fees.get("min_tip_gwei"), "0.01");
        if (problems.size() == before && (cap.signum() == 0 || tip.compareTo(cap) > 0)) {
            problem(at + "/max_gwei", "must be positive and not below min_tip_gwei");
        }
        if (problems.size() > before) {
            // nobody sees it: the file is refused
            cap = tip.max(BigInteger.ONE);
        }
        int bump =
                (int) number(at, fees, "bump_permille", 125L, FeePolicy.MIN_BUMP_PERMILLE, FeePolicy.MAX_BUMP_PERMILLE);
        return new FeePolicy(cap, tip, bump, Duration.ofSeconds(number(at, fees, "bump_after_s", 60L, 1, 86_400)));
    }

    private BigInteger gwei(String at, @Nullable JsonNode node, String otherwise) {
        String text = node == null ? otherwise : node.asText("");
        if (!text.matches("[0-9]{1,10}(\\.[0-9]{1,9})?") || new BigDecimal(text).compareTo(MAX_GWEI) > 0) {
            problem(at, "must be an amount such as \"1.5\"");
            return BigInteger.ONE;
        }
        return new BigDecimal(text).movePointRight(GWEI_DIGITS).toBigIntegerExact();
    }

    private Optional<KeyFiles> key(String at, @Nullable JsonNode node) {
        if (node == null) {
            return Optional.empty();
        }
        knownMembers(at, node, Set.of("keystore_file", "password_file"));
        return Optional.of(new KeyFiles(
                path(at + "/keystore_file", node.get("keystore_file")),
                path(at + "/password_file", node.get("password_file"))));
    }

    private Path path(String at, @Nullable JsonNode node) {
        String text = node == null ? "" : node.asText("");
        try {
            if (!text.isBlank()) {
                return folder.resolve(text);
            }
        } catch (InvalidPathException e) {
            // said below
        }
        problem(at, "must be a path");
        return folder;
    }

    private String text(String at, @Nullable JsonNode node, Pattern form, String otherwise) {
        String text = node == null ? "" : node.asText("");
        if (!form.matcher(text).matches()) {
            problem(at, otherwise);
        }
        return text;
    }

    /** @param otherwise nothing where the member is required */
    private long number(String at, JsonNode parent, String member, @Nullable Long otherwise, long min, long max) {
        JsonNode node = parent.get(member);
        if (node == null && otherwise != null) {
            return otherwise;
        }
        if (node == null
                || !node.canConvertToLong()
                || !node.isIntegralNumber()
                || node.asLong() < min
                || node.asLong() > max) {
            problem(at + "/" + member, "must be a whole number from " + min + " to " + max);
            return min;
        }
        return node.asLong();
    }

    private void knownMembers(String at, JsonNode node, Set<String> known) {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                problem(at + "/" + Checks.escaped(name), "is not a known member");
            }
        });
    }

    private void problem(String at, String what) {
        problems.add(at + " " + what);
    }
}
