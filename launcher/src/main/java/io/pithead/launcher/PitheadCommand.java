package io.pithead.launcher;

import java.io.IOException;
import java.io.Reader;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command line of {@code pithead.jar}. */
@Command(
        name = "pithead.jar",
        description = "Runs a Pithead server: embedded PostgreSQL and Artemis, and the application in Payara Micro.",
        subcommands = {PitheadCommand.Version.class, CommandLine.HelpCommand.class},
        footer = {
            "",
            "Every flag is also a setting of its name (pithead.http.port) as a system property, an environment",
            "variable (PITHEAD_HTTP_PORT) or a line of the configuration file. An embedded part is replaced by one",
            "that already runs: pithead.db.url, pithead.db.user, pithead.db.password.file; pithead.broker.url",
            "(tcp://HOST:PORT), pithead.broker.user, pithead.broker.password.file.",
            "Exit code 2: it could not start, and said why."
        })
public final class PitheadCommand implements Callable<Integer> {
    private static final int EXIT_FAILED = 1;
    private static final int EXIT_CANNOT_START = 2;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            description = "where everything is kept (default: " + ConfigReader.DEFAULT_DATA + ")")
    private @Nullable String data;

    @Option(names = "--config", paramLabel = "FILE", description = "a properties file of settings")
    private @Nullable Path config;

    @Option(
            names = "--http-port",
            paramLabel = "PORT",
            description = "plain HTTP (default: " + ConfigReader.DEFAULT_HTTP_PORT + "; 0: any free one)")
    private @Nullable String httpPort;

    @Option(names = "--http-host", paramLabel = "ADDRESS", description = "(default: " + ConfigReader.LOOPBACK + ")")
    private @Nullable String httpHost;

    @Option(
            names = "--https-port",
            paramLabel = "PORT",
            description = "HTTPS (default: " + ConfigReader.DEFAULT_HTTPS_PORT + "; 0: any free one)")
    private @Nullable String httpsPort;

    @Option(
            names = "--https-host",
            paramLabel = "ADDRESS",
            description = "(default: " + ConfigReader.EVERY_INTERFACE + ")")
    private @Nullable String httpsHost;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "says this")
    private boolean help;

    /** Picocli makes it. */
    public PitheadCommand() {}

    public static void main(String[] args) {
        int exit = EXIT_FAILED;
        try {
            exit = new CommandLine(new PitheadCommand()).execute(args);
        } finally {
            // also after an Error: the embedded parts have threads that would keep this process
            System.exit(exit);
        }
    }

    @Override
    public Integer call() {
        try {
            LauncherConfig settings =
                    new ConfigReader(flags(), systemProperties(), System.getenv(), configurationFile()).read();
            return run(settings);
        } catch (CannotStartException e) {
            e.problems().forEach(problem -> System.err.println("pithead: " + problem));
            return EXIT_CANNOT_START;
        } catch (IOException e) {
            System.err.println("pithead: does not start: " + e);
            return EXIT_CANNOT_START;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return EXIT_FAILED;
        }
    }

    private static int run(LauncherConfig settings) throws CannotStartException, IOException, InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        Signals.onTermination(ended::countDown);
        try (Launch launch = new Launch(settings, DataDirectory.open(settings.dataDirectory()))) {
            // for an exit that nobody asked for; in the usual order this finds everything stopped
            Runtime.getRuntime().addShutdownHook(new Thread(launch::close, "stop"));
            Launch.Ready ready = launch.start();
            long millis = System.currentTimeMillis()
                    - ManagementFactory.getRuntimeMXBean().getStartTime();
            System.out.println("ready " + ready.http() + " " + ready.https() + " ca=" + ready.certificate() + " data="
                    + settings.dataDirectory() + " boot_ms=" + millis);
            ended.await();
            System.out.println("stopping");
        }
        System.out.println("stopped");
        return 0;
    }

    private Map<String, String> flags() {
        Map<String, String> flags = new LinkedHashMap<>();
        put(flags, Keys.DATA, data);
        put(flags, Keys.HTTP_PORT, httpPort);
        put(flags, Keys.HTTP_HOST, httpHost);
        put(flags, Keys.HTTPS_PORT, httpsPort);
        put(flags, Keys.HTTPS_HOST, httpsHost);
        return flags;
    }

    private static void put(Map<String, String> flags, String key, @Nullable String value) {
        if (value != null) {
            flags.put(key, value);
        }
    }

    private static Map<String, String> systemProperties() {
        return toMap(System.getProperties());
    }

    private Map<String, String> configurationFile() throws CannotStartException {
        if (config == null) {
            return Map.of();
        }
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(config)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new CannotStartException(
                    "the configuration file " + config + " cannot be read (" + e + "): see --config", e);
        }
        return toMap(properties);
    }

    private static Map<String, String> toMap(Properties properties) {
        Map<String, String> map = new LinkedHashMap<>();
        properties.stringPropertyNames().forEach(name -> map.put(name, properties.getProperty(name)));
        return map;
    }

    /** Says which version this is. */
    @Command(name = "version", description = "says which version this is")
    static final class Version implements Callable<Integer> {
        @Override
        public Integer call() {
            String version = PitheadCommand.class.getPackage().getImplementationVersion();
            System.out.println("pithead " + version + " (Java " + Runtime.version() + ")");
            return 0;
        }
    }
}
