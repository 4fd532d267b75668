package io.pithead.launcher;

import io.pithead.launcher.LauncherConfig.External;
import io.pithead.launcher.LauncherConfig.KeyStoreFile;
import io.pithead.launcher.LauncherConfig.Listener;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLClassLoader;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** One life of the server: everything that was started, and how to stop it in the opposite order. */
final class Launch implements AutoCloseable {
    private final LauncherConfig config;
    private final DataDirectory data;
    private final Deque<AutoCloseable> started = new ArrayDeque<>();
    private final Map<String, String> settings = new LinkedHashMap<>();

    Launch(LauncherConfig config, DataDirectory data) {
        this.config = config;
        this.data = data;
        started.push(data);
    }

    /** What a person or a script that started the server wants to know. */
    record Ready(URI http, URI https, Path certificate) {}

    Ready start() throws CannotStartException, InterruptedException, IOException {
        Ports.Claim httpPort = Ports.claim(config.http(), "--http-port");
        started.push(httpPort);
        Ports.Claim httpsPort = Ports.claim(config.https(), "--https-port");
        started.push(httpsPort);
        Listener http = httpPort.listener();
        Listener https = httpsPort.listener();
        configureLogging(Files.createDirectories(data.resolve("log")));
        // the server closes what the JDK keeps open of jars, while a part may be reading from its own
        URLConnection.setDefaultUseCaches("jar", false);
        Bundle bundle = Bundle.unpack(data);
        KeyStoreFile keyStore =
                config.keyStore().isPresent() ? config.keyStore().get() : Tls.ownKeyStore(data);
        String alias = Tls.aliasOf(keyStore);
        URI origin = URI.create("http://" + reachable(http.host()) + ":" + http.port());
        publish(keyStore, origin);
        startAll(bundle, httpPort, httpsPort, alias);
        Readiness.await(origin);
        return new Ready(
                origin, URI.create("https://" + reachable(https.host()) + ":" + https.port()), Tls.certificateOf(data));
    }

    private static String reachable(String host) {
        return host.equals(ConfigReader.EVERY_INTERFACE) ? "localhost" : host;
    }

    /**
     * The parts come up beside each other and beside the server, which asks for them when it is about to deploy the
     * application. However this ends, none of them is still starting then.
     */
    private void startAll(Bundle bundle, Ports.Claim http, Ports.Claim https, String alias)
            throws CannotStartException, InterruptedException, IOException {
        URLClassLoader loader = bundle.loader("parts");
        List<Part> parts = parts(bundle, loader);
        parts.forEach(started::push);
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            List<Future<?>> starts = new ArrayList<>();
            for (Part part : parts) {
                starts.add(threads.submit(() -> {
                    Thread.currentThread().setContextClassLoader(loader);
                    part.start();
                    return null;
                }));
            }
            startServer(bundle, http, https, alias, () -> {
                awaitAll(starts);
                parts.forEach(part -> settings.putAll(part.settings()));
                if (!config.ownValidator()) {
                    settings.remove(Keys.VALIDATOR_CHAIN);
                }
                publishSettings();
                return null;
            });
        }
    }

    /** Those that nobody has replaced by one of their own. */
    private List<Part> parts(Bundle bundle, ClassLoader loader) {
        use(Keys.DB, config.database().orElse(null));
        use(Keys.BROKER, config.broker().orElse(null));
        List<Part> parts = new ArrayList<>();
        if (config.database().isEmpty()) {
            parts.add(part(loader, "parts.EmbeddedDatabase", bundle.folder(), data.root()));
        }
        if (config.broker().isEmpty()) {
            parts.add(part(loader, "parts.EmbeddedBroker", data.root()));
        }
        config.devChain()
                .ifPresent(program -> parts.add(part(
                        loader, "parts.EmbeddedChain", program.toAbsolutePath().normalize(), data.root())));
        return parts;
    }

    private void use(String part, @org.jspecify.annotations.Nullable External external) {
        if (external == null) {
            return;
        }
        settings.put(Keys.url(part), external.url());
        settings.put(Keys.user(part), external.user());
        settings.put(Keys.password(part), external.password());
    }

    private static void awaitAll(List<Future<?>> starts) throws CannotStartException, InterruptedException {
        try {
            for (Future<?> start : starts) {
                start.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CannotStartException cannot) {
                throw cannot;
            }
            throw new CannotStartException("an embedded part does not start: " + e.getCause(), e.getCause());
        }
    }

    /** One format for the launcher, the broker and the server. Whoever names a configuration of their own keeps it. */
    private static void configureLogging(Path folder) throws IOException {
        String key = "java.util.logging.config.file";
        if (System.getProperty(key) != null) {
            return;
        }
        Path file = folder.resolve("logging.properties");
        try (InputStream defaults = Objects.requireNonNull(Launch.class.getResourceAsStream("logging.properties"))) {
            Files.copy(defaults, file, StandardCopyOption.REPLACE_EXISTING);
        }
        System.setProperty(key, file.toString());
        // the parts talk over loopback: netty's way around the JDK gains nothing and warns
        System.setProperty("io.netty.noUnsafe", "true");
    }

    /** The application reads its configuration by MicroProfile Config, which sees system properties first. */
    private void publish(KeyStoreFile keyStore, URI origin) {
        config.application().forEach(System::setProperty);
        // the console says where each setting is from, and these all look like system properties
        System.setProperty(Keys.OF_FILE, String.join(",", config.application().keySet()));
        System.setProperty(Keys.EDGE_URL, origin.toString());
        System.setProperty(Keys.DATA, data.root().toString());
        System.setProperty("javax.net.ssl.keyStore", keyStore.file().toString());
        System.setProperty("javax.net.ssl.keyStorePassword", keyStore.password());
        System.setProperty("javax.net.ssl.keyStoreType", "PKCS12");
    }

    private void publishSettings() {
        settings.forEach(System::setProperty);
        var own = new TreeSet<>(settings.keySet());
        own.addAll(List.of(Keys.EDGE_URL, Keys.DATA));
        System.setProperty(Keys.OF_LAUNCHER, String.join(",", own));
        URI broker = URI.create(Objects.requireNonNull(settings.get(Keys.url(Keys.BROKER))));
        System.setProperty(Keys.host(Keys.BROKER), broker.getHost());
        System.setProperty(Keys.port(Keys.BROKER), Integer.toString(broker.getPort()));
    }

    private void startServer(Bundle bundle, Ports.Claim http, Ports.Claim https, String alias, Callable<?> needs)
            throws CannotStartException, InterruptedException, IOException {
        Path root = data.emptied("server");
        Path domain = root.resolve("pithead-domain.xml");
        DomainXml.write(domain, http.listener(), https.listener());
        List<String> arguments = ServerArguments.of(bundle, root, domain, http.listener(), https.listener(), alias);
        Part server = new MicroServer(bundle, arguments, config.stopGrace(), needs, List.of(http, https));
        started.push(server);
        server.start();
    }

    private static Part part(ClassLoader loader, String name, Object... arguments) {
        try {
            return (Part) loader.loadClass("io.pithead.launcher." + name)
                    .getConstructors()[0]
                    .newInstance(arguments);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("the bundle has no " + name, e);
        }
    }

    @Override
    public synchronized void close() {
        while (!started.isEmpty()) {
            try {
                started.pop().close();
            } catch (Exception e) {
                System.err.println("pithead: not stopped cleanly: " + e);
            }
        }
    }
}
