package io.pithead.miner.config;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Understands the settings of the chain and of the registry. */
final class ChainReader {
    private static final int MAX_NODES = 8;
    private static final int MAX_ENDPOINT = 254;
    private static final int GWEI_DIGITS = 9;
    private static final int MAX_FEE_LENGTH = 18;

    private final ConfigReader reader;
    private final Settings settings;

    ChainReader(ConfigReader reader, Settings settings) {
        this.reader = reader;
        this.settings = settings;
    }

    ChainConfig chain() {
        var urls = new ArrayList<URI>();
        String text = settings.text(Key.CHAIN_RPC);
        if (!text.isEmpty()) {
            List<String> parts = List.of(text.split("\\s*,\\s*|\\s+", -1));
            if (parts.size() > MAX_NODES) {
                reader.problem(Key.CHAIN_RPC, "has more than " + MAX_NODES + " URLs");
            }
            parts.stream()
                    .limit(MAX_NODES)
                    .forEach(one -> reader.safeUrl(Key.CHAIN_RPC, one).ifPresent(urls::add));
        }
        return new ChainConfig(urls, maxFee());
    }

    private BigInteger maxFee() {
        String text = settings.text(Key.CHAIN_MAX_FEE_GWEI);
        if (text.length() <= MAX_FEE_LENGTH && text.matches("[0-9]+(\\.[0-9]{1," + GWEI_DIGITS + "})?")) {
            BigInteger wei = new BigDecimal(text).movePointRight(GWEI_DIGITS).toBigIntegerExact();
            if (wei.signum() > 0) {
                return wei;
            }
        }
        reader.problem(Key.CHAIN_MAX_FEE_GWEI, "must be a positive amount of gwei, such as 200 or 0.5");
        return BigInteger.ONE;
    }

    /** Off until both the registry and the run are named. */
    Optional<DiscoveryConfig> discovery() {
        String url = settings.text(Key.DISCOVERY_URL);
        String run = settings.text(Key.DISCOVERY_RUN);
        Optional<Secret> endpoint = endpoint();
        if (url.isEmpty() && run.isEmpty()) {
            return Optional.empty();
        }
        if (url.isEmpty() || run.isEmpty()) {
            reader.problem(url.isEmpty() ? Key.DISCOVERY_URL : Key.DISCOVERY_RUN, "is missing: the other one is set");
            return Optional.empty();
        }
        Optional<URI> base = reader.url(Key.DISCOVERY_URL, url);
        Optional<RunChoice> choice = RunChoice.parse(run);
        if (choice.isEmpty()) {
            reader.problem(
                    Key.DISCOVERY_RUN, "must be CHAIN/NUMBER of a run on the chain, or the registry's ID of one");
        }
        return base.isEmpty() || choice.isEmpty()
                ? Optional.empty()
                : Optional.of(new DiscoveryConfig(
                        new CoordinatorConfig(base.get(), reader.file(Key.CA_FILE)), choice.get(), endpoint));
    }

    private Optional<Secret> endpoint() {
        String text = settings.text(Key.ENDPOINT);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.getBytes(StandardCharsets.UTF_8).length > MAX_ENDPOINT
                || text.chars().anyMatch(Character::isISOControl)) {
            reader.problem(Key.ENDPOINT, "must be 1 to " + MAX_ENDPOINT + " bytes without control characters");
        }
        return Optional.of(new Secret(text));
    }
}
