package io.pithead.miner.config;

import io.pithead.protocol.challenge.MatrixRows;
import io.pithead.protocol.job.JobLimits;
import io.pithead.protocol.money.Money;
import io.pithead.protocol.node.Location;
import io.pithead.protocol.node.MinerCapabilities;
import io.pithead.protocol.node.MinerId;
import java.math.BigDecimal;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Understands settings. Every reader notes what is wrong and goes on, so that one run names all problems. */
public final class ConfigReader {
    private static final Duration LONGEST_JOB = Duration.ofHours(1);
    private static final long MAX_PACE_SECS = 3_600;
    private static final long MAX_RAM_MB = 1L << 40;
    private static final int MAX_CPUS = 1_024;
    private static final long MAX_NETWORK_MB = 1_000_000;
    private static final int MAX_NICE = 19;
    private static final int MAX_TEXT = 128;
    private static final Pattern WORKLOAD = Pattern.compile("[a-z0-9_]{1,64}");
    private static final Pattern FLAVOR = Pattern.compile("cpu|cu[0-9]{3}");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.[0-9]{1,3}){3}|\\[::1]");

    private final Settings settings;
    private final Path home;
    private final List<String> problems;

    /** @param home under which the default work folder lies */
    public ConfigReader(Settings settings, Path home) {
        this.settings = settings;
        this.home = home;
        this.problems = new ArrayList<>(settings.problems());
    }

    public MinerConfig miner() throws ConfigException {
        var config = new MinerConfig(
                server().coordinator(),
                server().key(),
                minerId(),
                text(Key.WALLET_ADDR),
                path(Key.WORK_DIR).orElseGet(this::defaultWorkDir),
                seconds(Key.HEARTBEAT_SECS, MAX_PACE_SECS),
                seconds(Key.JOB_POLL_SECS, MAX_PACE_SECS),
                (int) number(Key.MAX_CONCURRENCY, 1, MinerCapabilities.MAX_CONCURRENCY),
                oneOf(Key.ACCEL_MODE, AccelMode.AUTO, List.of(AccelMode.values())),
                text(Key.REGION),
                location(),
                p2pAddress(),
                price(),
                maxRuntime().orElse(LONGEST_JOB),
                settings.text(Key.MAX_RAM_MB).isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(number(Key.MAX_RAM_MB, 1, MAX_RAM_MB)),
                (int) number(Key.JOB_NICE, 0, MAX_NICE),
                torch(),
                workloads(),
                new ContainerReader(this, settings).read(),
                challenges(),
                nodeWallet(),
                new ChainReader(this, settings).chain(),
                new ChainReader(this, settings).discovery(),
                logLevel());
        throwProblems();
        return config;
    }

    /** For commands that only ask the coordinator something public. */
    public CoordinatorConfig coordinator() throws ConfigException {
        var config = server().coordinator();
        throwProblems();
        return config;
    }

    /** For commands that only look at the work folder. */
    public Path workDir() throws ConfigException {
        Path dir = path(Key.WORK_DIR).orElseGet(this::defaultWorkDir);
        throwProblems();
        return dir;
    }

    /** For commands that use the node's key. */
    public WalletConfig wallet() throws ConfigException {
        WalletConfig config = nodeWallet();
        throwProblems();
        return config;
    }

    /** For commands that use the key of the stake. */
    public WalletConfig stakeWallet() throws ConfigException {
        WalletConfig config = stake();
        throwProblems();
        return config;
    }

    /** For commands that send money, and for those that show what the chain says where it is set. */
    public OwnerConfig owner() throws ConfigException {
        var config = new OwnerConfig(
                path(Key.WORK_DIR).orElseGet(this::defaultWorkDir),
                new ChainReader(this, settings).chain(),
                stake(),
                nodeWallet());
        throwProblems();
        return config;
    }

    /** For commands that only use the container engine. */
    public ContainerConfig containers() throws ConfigException {
        ContainerConfig config = new ContainerReader(this, settings).read();
        throwProblems();
        return config;
    }

    /** For commands that ask the coordinator about the owner's account. */
    public AccountConfig account() throws ConfigException {
        var config = new AccountConfig(server().coordinator(), server().key());
        throwProblems();
        return config;
    }

    private CoordinatorReader server() {
        return new CoordinatorReader(this, settings);
    }

    private WalletConfig nodeWallet() {
        return walletOr("wallet.json", Key.WALLET_FILE, Key.WALLET_PASSWORD_FILE);
    }

    private WalletConfig stake() {
        return walletOr("stake.json", Key.STAKE_WALLET_FILE, Key.STAKE_PASSWORD_FILE);
    }

    private WalletConfig walletOr(String name, Key wallet, Key password) {
        Path workDir = path(Key.WORK_DIR).orElseGet(this::defaultWorkDir);
        return new WalletConfig(path(wallet).orElseGet(() -> workDir.resolve(name)), file(password), password.name());
    }

    private void throwProblems() throws ConfigException {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    /** A server's base URL, as it can be shown. */
    Optional<URI> url(Key key, String text) {
        Optional<URI> url = safeUrl(key, text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
        if (url.isPresent() && (url.get().getQuery() != null || url.get().getFragment() != null)) {
            problem(key, "must not hold a user, a query or a fragment");
        }
        return url;
    }

    /** Over which nobody on the way reads or changes anything. */
    Optional<URI> safeUrl(Key key, String text) {
        URI url;
        try {
            url = new URI(text);
        } catch (URISyntaxException e) {
            problem(key, "is not a URL");
            return Optional.empty();
        }
        String scheme = url.getScheme() == null ? "" : url.getScheme().toLowerCase(Locale.ROOT);
        if (url.getHost() == null || !(scheme.equals("https") || scheme.equals("http"))) {
            problem(key, "must be https://host or https://host:port");
            return Optional.empty();
        }
        if (url.getUserInfo() != null) {
            problem(key, "must not hold a user, a query or a fragment");
        }
        if (scheme.equals("http") && !LOOPBACK.matcher(url.getHost()).matches() && !flag(Key.ALLOW_HTTP)) {
            problem(
                    key,
                    "is http:// to another machine, which shows the key to the network: use https://, or set ALLOW_HTTP=true");
        }
        return Optional.of(url);
    }

    private Optional<Location> location() {
        String text = settings.text(Key.LOCATION);
        String[] parts = text.split(",", -1);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (parts.length == 2) {
                return Optional.of(new Location(new BigDecimal(parts[0].strip()), new BigDecimal(parts[1].strip())));
            }
        } catch (IllegalArgumentException e) {
            // said below
        }
        problem(
                Key.LOCATION,
                "must be latitude and longitude in degrees with at most six decimals, such as 52.52,13.40");
        return Optional.empty();
    }

    private Optional<String> p2pAddress() {
        String text = settings.text(Key.P2P_ADDRESS);
        if (!text.isEmpty() && !MinerCapabilities.P2P_ADDRESS.matcher(text).matches()) {
            problem(Key.P2P_ADDRESS, "must be at most 128 letters, digits and . _ : / @ -");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private String minerId() {
        String id = settings.text(Key.MINER_ID);
        if (!MinerId.FORM.matcher(id).matches()) {
            problem(Key.MINER_ID, "must be 1 to 128 letters, digits, dots, colons, dashes or underscores");
        }
        return id;
    }

    private Optional<String> price() {
        Optional<String> price = text(Key.PRICE);
        price.ifPresent(amount -> {
            try {
                Money.parse(amount);
            } catch (IllegalArgumentException e) {
                problem(Key.PRICE, String.valueOf(e.getMessage()));
            }
        });
        return price;
    }

    /** As the owner set it, if at all. */
    Optional<Duration> maxRuntime() {
        return settings.text(Key.MAX_RUNTIME_SECS).isEmpty()
                ? Optional.empty()
                : Optional.of(seconds(Key.MAX_RUNTIME_SECS, JobLimits.MAX_RUNTIME_S));
    }

    private TorchConfig torch() {
        String flavor = settings.text(Key.TORCH_FLAVOR);
        if (!FLAVOR.matcher(flavor).matches()) {
            problem(Key.TORCH_FLAVOR, "must be cpu or a CUDA build such as cu128");
        }
        Optional<Path> natives = path(Key.TORCH_NATIVES);
        if (natives.isPresent() && !Files.isDirectory(natives.get())) {
            problem(Key.TORCH_NATIVES, "is not a folder: " + natives.get());
        }
        return new TorchConfig(natives, flavor);
    }

    private ChallengeConfig challenges() {
        return new ChallengeConfig(
                settings.text(Key.CHALLENGE_CPUS).isEmpty()
                        ? OptionalInt.empty()
                        : OptionalInt.of((int) number(Key.CHALLENGE_CPUS, 0, MAX_CPUS)),
                settings.text(Key.CHALLENGE_RAM_MB).isEmpty()
                        ? OptionalLong.empty()
                        : OptionalLong.of(number(Key.CHALLENGE_RAM_MB, 1, MAX_RAM_MB)),
                number(Key.CHALLENGE_DISK_MB, 0, MatrixRows.MAX_SIZE),
                number(Key.CHALLENGE_NETWORK_MB, 0, MAX_NETWORK_MB));
    }

    private WorkloadChoice workloads() {
        String text = settings.text(Key.WORKLOADS);
        if (text.equals("all")) {
            return WorkloadChoice.ALL;
        }
        Set<String> names = text.equals("none")
                ? Set.of()
                : Arrays.stream(text.split(",", -1)).map(String::strip).collect(Collectors.toSet());
        if (!names.stream().allMatch(name -> WORKLOAD.matcher(name).matches())) {
            problem(Key.WORKLOADS, "must be all, none, or names such as sha256_chain,torch_bench");
        }
        return new WorkloadChoice(Optional.of(names));
    }

    private System.Logger.Level logLevel() {
        return oneOf(
                Key.LOG_LEVEL,
                System.Logger.Level.INFO,
                List.of(
                        System.Logger.Level.ERROR,
                        System.Logger.Level.WARNING,
                        System.Logger.Level.INFO,
                        System.Logger.Level.DEBUG));
    }

    private Path defaultWorkDir() {
        return home.resolve(".local/state/pithead-miner");
    }

    private Optional<String> text(Key key) {
        String text = settings.text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (text.length() > MAX_TEXT || text.chars().anyMatch(Character::isISOControl)) {
            problem(key, "must be 1 to " + MAX_TEXT + " printable characters");
        }
        return Optional.of(text);
    }

    Optional<Path> path(Key key) {
        String text = settings.text(key);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            Path path = Path.of(text);
            if (!path.isAbsolute()) {
                problem(key, "must be an absolute path");
            }
            return Optional.of(path);
        } catch (InvalidPathException e) {
            problem(key, "is not a path");
            return Optional.empty();
        }
    }

    Optional<Path> file(Key key) {
        Optional<Path> path = path(key);
        if (path.isPresent() && !Files.isReadable(path.get())) {
            problem(key, "cannot be read: " + path.get());
        }
        return path;
    }

    private Duration seconds(Key key, long max) {
        return Duration.ofSeconds(number(key, 1, max));
    }

    long number(Key key, long min, long max) {
        try {
            long number = Long.parseLong(settings.text(key));
            if (number >= min && number <= max) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below, as a number out of range is
        }
        problem(key, "must be a whole number from " + min + " to " + max);
        return min;
    }

    private boolean flag(Key key) {
        String text = settings.text(key).toLowerCase(Locale.ROOT);
        if (!text.equals("true") && !text.equals("false")) {
            problem(key, "must be true or false");
        }
        return text.equals("true");
    }

    <E extends Enum<E>> E oneOf(Key key, E fallback, List<E> allowed) {
        for (E value : allowed) {
            if (value.name().equalsIgnoreCase(settings.text(key))) {
                return value;
            }
        }
        problem(
                key,
                "must be one of "
                        + String.join(
                                ", ",
                                allowed.stream()
                                        .map(value -> value.name().toLowerCase(Locale.ROOT))
                                        .toList()));
        return fallback;
    }

    void problem(Key key, String problem) {
        String line = key + " " + problem;
        if (!problems.contains(line)) {
            problems.add(line);
        }
    }
}
