package io.pithead.validator.challenge;

import io.pithead.coordinator.platform.ConfigReader;
import io.pithead.coordinator.platform.ConfigSection;
import io.pithead.coordinator.platform.DataDirectory;
import io.pithead.protocol.challenge.Challenge;
import io.pithead.protocol.challenge.NetworkStream;
import io.pithead.validator.challenge.core.ChallengePolicy;
import io.pithead.validator.challenge.core.ContainerPolicy;
import io.pithead.validator.challenge.core.Duty;
import io.pithead.validator.challenge.core.MemoryPolicy;
import io.pithead.validator.challenge.core.NetworkPolicy;
import io.pithead.validator.challenge.core.Planning;
import io.pithead.validator.challenge.core.StoragePolicy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Who this validator is, whom it speaks to, and how it challenges. */
@ApplicationScoped
public class ValidatorConfig implements ConfigSection {
    private static final Path NONE = Path.of("");
    private static final URI NO_URL = URI.create("");
    private static final String URL = "http://HOST:PORT or https://HOST:PORT";
    private static final String KEYSTORE = "pithead.validator.keystore.file";
    private static final String PASSWORD = "pithead.validator.keystore.password.file";
    /** A coordinator takes no deadline that is further away. */
    private static final Duration MAX_DELIVERY = Duration.ofMinutes(30);

    private static final Duration MAX_WORK = Duration.ofMinutes(5);
    /** Written at the least speed within the longest work. */
    private static final int MAX_STORAGE_MIB = 8_192;

    private static final Duration DAY = Duration.ofDays(1);

    private Optional<URI> coordinator = Optional.empty();
    private Optional<URI> edge = Optional.empty();
    private Path apiKey = NONE;
    private long chain;
    private Path keystore = NONE;
    private Path password = NONE;
    private Duration timeout = Duration.ofSeconds(10);
    private RefereeTerms referee = RefereeTerms.OFF;
    private Terms terms = new Terms(
            ChallengePolicy.USUAL,
            MemoryPolicy.USUAL,
            StoragePolicy.USUAL,
            NetworkPolicy.USUAL,
            ContainerPolicy.USUAL,
            Duty.USUAL,
            Duration.ofMinutes(15),
            Planning.USUAL_CORE_SPEED,
            Duration.ofDays(7),
            1_000,
            Duration.ofDays(30));

    @Override
    public void read(ConfigReader reader) {
        coordinator = url(reader, "pithead.validator.coordinator");
        edge = url(reader, "pithead.edge.url");
        apiKey = DataDirectory.read(reader).resolve("validator.key");
        apiKey = reader.path("pithead.validator.key-file", apiKey);
        chain = reader.number("pithead.validator.chain", 0, 0, Long.MAX_VALUE);
        keystore = reader.parsed(KEYSTORE, NONE, "none", "a path", text -> Optional.of(Path.of(text)));
        password = reader.parsed(PASSWORD, NONE, "none", "a path", text -> Optional.of(Path.of(text)));
        if (keystore.equals(NONE) != password.equals(NONE)) {
            reader.problem(KEYSTORE + " and " + PASSWORD + " must both be set, or neither");
        }
        if (chain != 0 && !keystore.equals(NONE)) {
            reader.problem(KEYSTORE + " must not be set with pithead.validator.chain: its key is that of the chain");
        }
        timeout = reader.duration("pithead.validator.timeout", timeout, Duration.ofSeconds(1), Duration.ofMinutes(1));
        referee = referee(reader);
        ChallengePolicy challenges = challenges(reader);
        terms = new Terms(
                challenges,
                memory(reader, challenges),
                storage(reader, challenges),
                network(reader, challenges),
                container(reader, challenges),
                duty(reader),
                reader.duration("pithead.validator.epoch", terms.epoch(), Duration.ofSeconds(10), DAY),
                reader.number("pithead.validator.core-speed", (long) terms.coreSpeed(), 1_000_000, 1_000_000_000_000L),
                reader.duration("pithead.validator.good", terms.good(), Duration.ofMinutes(1), Duration.ofDays(365)),
                reader.integer("pithead.validator.max-open", terms.maxOpen(), 1, 100_000),
                reader.duration("pithead.validator.retention", terms.retention(), DAY, Duration.ofDays(3650)));
    }

    private RefereeTerms referee(ConfigReader reader) {
        RefereeTerms.Place place = reader.parsed(
                "pithead.validator.referee",
                referee.place(),
                "off",
                "off, container or process",
                text -> Stream.of(RefereeTerms.Place.values())
                        .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(text))
                        .findFirst());
        String command = reader.text("pithead.validator.referee.command", String.join(" ", RefereeTerms.OFF.command()));
        Optional<String> none = Optional.empty();
        Optional<String> image = reader.parsed(
                "pithead.validator.referee.image", none, "none", "an image", text -> Optional.of(Optional.of(text)));
        if (place == RefereeTerms.Place.CONTAINER && image.isEmpty()) {
            reader.problem("pithead.validator.referee.image must be set with pithead.validator.referee=container");
        }
        return new RefereeTerms(
                place,
                List.of(command.strip().split("\\s+")),
                place == RefereeTerms.Place.CONTAINER ? image : Optional.empty(),
                reader.duration(
                        "pithead.validator.referee.limit",
                        referee.limit(),
                        Duration.ofSeconds(1),
                        Duration.ofHours(24)));
    }

    private ChallengePolicy challenges(ConfigReader reader) {
        ChallengePolicy usual = terms.challenges();
        return new ChallengePolicy(
                reader.duration("pithead.validator.work", usual.work(), Duration.ofMillis(1), MAX_WORK),
                fraction(reader, "pithead.validator.memory-share", usual.memoryShare(), 1),
                usual.slack(),
                reader.duration("pithead.validator.delivery", usual.delivery(), Duration.ofSeconds(1), MAX_DELIVERY),
                reader.integer("pithead.validator.rows", usual.rows(), 1, Challenge.MAX_ROWS));
    }

    /** What is not its own is that of products. */
    private MemoryPolicy memory(ConfigReader reader, ChallengePolicy challenges) {
        MemoryPolicy usual = terms.memory();
        return new MemoryPolicy(
                share(reader, "pithead.validator.memory-share-of-challenges", usual.shareOfChallenges()),
                reader.duration("pithead.validator.memory-work", usual.work(), Duration.ofMillis(1), MAX_WORK),
                challenges.memoryShare(),
                usual.slack(),
                challenges.delivery(),
                reader.duration(
                        "pithead.validator.memory-opening", usual.opening(), Duration.ofSeconds(1), MAX_DELIVERY),
                challenges.rows());
    }

    private StoragePolicy storage(ConfigReader reader, ChallengePolicy challenges) {
        StoragePolicy usual = terms.storage();
        return new StoragePolicy(
                share(reader, "pithead.validator.storage-share-of-challenges", usual.shareOfChallenges()),
                reader.integer("pithead.validator.storage-mib", usual.mib(), 1, MAX_STORAGE_MIB),
                fraction(reader, "pithead.validator.storage-share", usual.diskShare(), 1),
                usual.slack(),
                challenges.delivery(),
                reader.duration(
                        "pithead.validator.storage-opening", usual.opening(), Duration.ofSeconds(1), MAX_DELIVERY),
                challenges.rows());
    }

    private NetworkPolicy network(ConfigReader reader, ChallengePolicy challenges) {
        NetworkPolicy usual = terms.network();
        return new NetworkPolicy(
                share(reader, "pithead.validator.network-share-of-challenges", usual.shareOfChallenges()),
                reader.integer("pithead.validator.network-mib", usual.mib(), 1, NetworkStream.MAX_MIB),
                usual.slack(),
                challenges.delivery(),
                reader.duration(
                        "pithead.validator.network-opening", usual.opening(), Duration.ofSeconds(1), MAX_DELIVERY),
                challenges.rows());
    }

    private ContainerPolicy container(ConfigReader reader, ChallengePolicy challenges) {
        ContainerPolicy usual = terms.container();
        return new ContainerPolicy(
                share(reader, "pithead.validator.container-share-of-challenges", usual.shareOfChallenges()),
                usual.slack(),
                challenges.delivery());
    }

    private static double share(ConfigReader reader, String key, double otherwise) {
        return reader.parsed(key, otherwise, Double.toString(otherwise), "a number from 0 to 1", text -> {
            double value = Double.parseDouble(text);
            return value >= 0 && value <= 1 ? Optional.of(value) : Optional.empty();
        });
    }

    private Duty duty(ConfigReader reader) {
        return new Duty(
                fraction(reader, "pithead.validator.duty", terms.duty().share(), 0.01),
                reader.duration(
                        "pithead.validator.every", terms.duty().every(), Duration.ofSeconds(1), Duration.ofDays(30)));
    }

    private static double fraction(ConfigReader reader, String key, double otherwise, double max) {
        String form = "a number above 0, at most " + max;
        return reader.parsed(key, otherwise, Double.toString(otherwise), form, text -> {
            double value = Double.parseDouble(text);
            return value > 0 && value <= max ? Optional.of(value) : Optional.empty();
        });
    }

    private static Optional<URI> url(ConfigReader reader, String key) {
        URI url = reader.parsed(key, NO_URL, "none", URL, ValidatorConfig::url);
        return url.equals(NO_URL) ? Optional.empty() : Optional.of(url);
    }

    private static Optional<URI> url(String text) {
        URI url = URI.create(text);
        boolean http = "http".equals(url.getScheme()) || "https".equals(url.getScheme());
        boolean bare = url.getUserInfo() == null && url.getQuery() == null && url.getFragment() == null;
        return http && bare && url.getHost() != null ? Optional.of(url) : Optional.empty();
    }

    /** Whether somebody wants a validator here. */
    boolean isWanted() {
        return chain != 0 || !keystore.equals(NONE);
    }

    /** The one that was named, or this instance's own. */
    Optional<URI> coordinator() {
        return coordinator.or(() -> edge);
    }

    /** Whether the coordinator is this very instance, which can give its validator a key. */
    boolean isOwnCoordinator() {
        return coordinator.isEmpty();
    }

    Path apiKey() {
        return apiKey;
    }

    /** 0 where the validator's key counts on no chain. */
    long chain() {
        return chain;
    }

    Path keystore() {
        return keystore;
    }

    Path password() {
        return password;
    }

    /** For one answer of the coordinator. */
    Duration timeout() {
        return timeout;
    }

    RefereeTerms referee() {
        return referee;
    }

    Terms terms() {
        return terms;
    }
}
