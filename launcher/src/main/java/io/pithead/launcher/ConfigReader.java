package io.pithead.launcher;

import io.pithead.launcher.LauncherConfig.External;
import io.pithead.launcher.LauncherConfig.KeyStoreFile;
import io.pithead.launcher.LauncherConfig.Listener;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds each setting by its name in, from strongest to weakest: command line, system properties, environment (in the
 * spelling of MicroProfile Config), configuration file. Collects every problem before it gives up.
 */
final class ConfigReader {
    static final String DEFAULT_DATA = ".pithead";
    static final int DEFAULT_HTTP_PORT = 8090;
    static final int DEFAULT_HTTPS_PORT = 8443;
    static final String LOOPBACK = "127.0.0.1";
    static final String EVERY_INTERFACE = "0.0.0.0";
    private static final String ANVIL_OF_NPM = "contracts/node_modules/@foundry-rs/anvil-linux-amd64/bin";
    static final Duration DEFAULT_STOP_GRACE = Duration.ofSeconds(10);
    private static final Duration MAX_STOP_GRACE = Duration.ofMinutes(10);
    private static final int MAX_PORT = 65535;
    private static final long MAX_SECRET_BYTES = 4096;

    private final Map<String, String> flags;
    private final Map<String, String> system;
    private final Map<String, String> environment;
    private final Map<String, String> file;
    private final List<String> problems = new ArrayList<>();

    ConfigReader(
            Map<String, String> flags,
            Map<String, String> system,
            Map<String, String> environment,
            Map<String, String> file) {
        this.flags = Map.copyOf(flags);
        this.system = Map.copyOf(system);
        this.environment = Map.copyOf(environment);
        this.file = new LinkedHashMap<>(file);
    }

    LauncherConfig read() throws CannotStartException {
        rejectForeignKeys();
        Path data = path(Keys.DATA, find(Keys.DATA).orElse(DEFAULT_DATA)).orElse(Path.of(DEFAULT_DATA));
        Listener http = listener(Keys.HTTP_HOST, LOOPBACK, Keys.HTTP_PORT, DEFAULT_HTTP_PORT);
        Listener https = listener(Keys.HTTPS_HOST, EVERY_INTERFACE, Keys.HTTPS_PORT, DEFAULT_HTTPS_PORT);
        if (http.port() != 0 && http.port() == https.port()) {
            problems.add(Keys.HTTP_PORT + " and " + Keys.HTTPS_PORT + " are both " + http.port()
                    + ": give them different ports");
        }
        Optional<External> database = external(Keys.DB, "jdbc:postgresql://");
        Optional<External> broker = external(Keys.BROKER, "tcp://");
        broker.ifPresent(this::requireHostAndPort);
        Optional<Path> devChain = devChain();
        Optional<KeyStoreFile> keyStore = keyStore();
        Duration stopGrace = stopGrace();
        if (!problems.isEmpty()) {
            throw new CannotStartException(problems);
        }
        return new LauncherConfig(
                data.toAbsolutePath().normalize(),
                http,
                https,
                database,
                broker,
                devChain,
                find(Keys.VALIDATOR_CHAIN).isEmpty()
                        && find(Keys.VALIDATOR_KEYSTORE).isEmpty(),
                keyStore,
                stopGrace,
                forApplication());
    }

    private void rejectForeignKeys() {
        for (String key : file.keySet()) {
            if (!key.startsWith(Keys.PREFIX)) {
                problems.add("unknown key " + key + " in the configuration file: every key starts with " + Keys.PREFIX);
            }
        }
    }

    /** The file is the one source that the application cannot see by itself. */
    private Map<String, String> forApplication() {
        Map<String, String> application = new LinkedHashMap<>();
        file.forEach((key, value) -> {
            if (!system.containsKey(key) && inEnvironment(key).isEmpty()) {
                application.put(key, value);
            }
        });
        return application;
    }

    private Listener listener(String hostKey, String defaultHost, String portKey, int defaultPort) {
        return new Listener(find(hostKey).orElse(defaultHost), port(portKey, defaultPort));
    }

    private int port(String key, int defaultPort) {
        Optional<String> value = find(key);
        if (value.isEmpty()) {
            return defaultPort;
        }
        try {
            int port = Integer.parseInt(value.get().trim());
            if (port >= 0 && port <= MAX_PORT) {
                return port;
            }
        } catch (NumberFormatException e) {
            // said below, in the same words as a number out of range
        }
        problems.add(key + " is not a port: " + value.get() + " (0 to " + MAX_PORT + ", 0 for any free one)");
        return defaultPort;
    }

    /** What is configured, else what npm put below the working directory, else what PATH has. */
    private Optional<Path> devChain() {
        String enabled = find(Keys.CHAIN_ENABLED).orElse("true").trim();
        if (!enabled.equals("true") && !enabled.equals("false")) {
            problems.add(Keys.CHAIN_ENABLED + " is neither true nor false: " + enabled);
        }
        Optional<Path> wanted = find(Keys.CHAIN_ANVIL).flatMap(value -> path(Keys.CHAIN_ANVIL, value));
        if (wanted.isPresent() && !Files.isExecutable(wanted.get())) {
            problems.add(Keys.CHAIN_ANVIL + " cannot be run: " + wanted.get());
        }
        if (!enabled.equals("true")
                || find(Keys.CHAIN_FILE).isPresent()
                || find(Keys.CHAIN_DEV_URL).isPresent()) {
            return Optional.empty();
        }
        if (wanted.isPresent()) {
            return wanted;
        }
        String searched = environment.getOrDefault("PATH", "");
        return Stream.concat(Stream.of(ANVIL_OF_NPM), Stream.of(searched.split(File.pathSeparator, -1)))
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, "anvil"))
                .filter(program -> Files.isRegularFile(program) && Files.isExecutable(program))
                .findFirst();
    }

    private Duration stopGrace() {
        Optional<String> value = find(Keys.STOP_GRACE);
        if (value.isEmpty()) {
            return DEFAULT_STOP_GRACE;
        }
        try {
            Duration grace = Duration.parse(value.get().trim());
            if (!grace.isNegative() && grace.compareTo(MAX_STOP_GRACE) <= 0) {
                return grace;
            }
        } catch (DateTimeParseException e) {
            // said below, in the same words as a duration out of range
        }
        problems.add(Keys.STOP_GRACE + " is not a duration from PT0S to " + MAX_STOP_GRACE + ": " + value.get());
        return DEFAULT_STOP_GRACE;
    }

    private Optional<External> external(String part, String scheme) {
        Optional<String> url = find(Keys.url(part));
        if (url.isEmpty()) {
            return Optional.empty();
        }
        if (!url.get().startsWith(scheme)) {
            problems.add(Keys.url(part) + " does not start with " + scheme + ": " + url.get());
        }
        Optional<String> user = find(Keys.user(part));
        if (user.isEmpty()) {
            problems.add(Keys.user(part) + " is missing: " + Keys.url(part) + " is set, so its user is needed too");
        }
        return Optional.of(new External(url.get(), user.orElse(""), passwordOf(part)));
    }

    private String passwordOf(String part) {
        Optional<String> fromFile = secret(Keys.passwordFile(part));
        if (fromFile.isPresent()) {
            return fromFile.get();
        }
        Optional<String> direct = find(Keys.password(part));
        if (direct.isEmpty() && find(Keys.passwordFile(part)).isEmpty()) {
            problems.add(Keys.passwordFile(part) + " is missing: name the file that holds the password");
        }
        return direct.orElse("");
    }

    private void requireHostAndPort(External broker) {
        try {
            URI uri = new URI(broker.url());
            if (uri.getHost() != null && uri.getPort() > 0) {
                return;
            }
        } catch (URISyntaxException e) {
            // said below
        }
        problems.add(Keys.url(Keys.BROKER) + " is not tcp://HOST:PORT: " + broker.url());
    }

    private Optional<KeyStoreFile> keyStore() {
        Optional<String> value = find(Keys.KEY_STORE);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Optional<Path> path = path(Keys.KEY_STORE, value.get());
        if (path.isPresent() && !Files.isReadable(path.get())) {
            problems.add(Keys.KEY_STORE + " cannot be read: " + path.get());
        }
        if (find(Keys.KEY_STORE_PASSWORD_FILE).isEmpty()) {
            problems.add(Keys.KEY_STORE_PASSWORD_FILE + " is missing: name the file that holds the password");
        }
        String password = secret(Keys.KEY_STORE_PASSWORD_FILE).orElse("");
        return path.map(found -> new KeyStoreFile(found.toAbsolutePath(), password));
    }

    /** The first line of the file that a key names. */
    private Optional<String> secret(String key) {
        Optional<Path> path = find(key).flatMap(value -> path(key, value));
        if (path.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (Files.size(path.get()) > MAX_SECRET_BYTES) {
                problems.add(key + " names a file of more than " + MAX_SECRET_BYTES + " bytes: " + path.get());
                return Optional.empty();
            }
            Optional<String> line = Files.readString(path.get()).lines().findFirst();
            if (line.isEmpty() || line.get().isBlank()) {
                problems.add(key + " names an empty file: " + path.get());
            }
            return line;
        } catch (IOException e) {
            problems.add(key + " names a file that cannot be read: " + path.get());
            return Optional.empty();
        }
    }

    private Optional<Path> path(String key, String value) {
        try {
            return Optional.of(Path.of(value));
        } catch (InvalidPathException e) {
            problems.add(key + " is not a path: " + value);
            return Optional.empty();
        }
    }

    private Optional<String> find(String key) {
        @Nullable String flag = flags.get(key);
        if (flag != null) {
            return Optional.of(flag);
        }
        @Nullable String property = system.get(key);
        if (property != null) {
            return Optional.of(property);
        }
        return inEnvironment(key).or(() -> Optional.ofNullable(file.get(key)));
    }

    private Optional<String> inEnvironment(String key) {
        String name = key.replaceAll("[^A-Za-z0-9]", "_");
        return Optional.ofNullable(environment.get(key))
                .or(() -> Optional.ofNullable(environment.get(name)))
                .or(() -> Optional.ofNullable(environment.get(name.toUpperCase(Locale.ROOT))));
    }
}
